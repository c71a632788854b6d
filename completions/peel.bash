# bash completion for peel. Made by peel-docgen from src/cli/options.def; change that.

_peel()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    # @ parts words here, but is a part of what is completed.
    [[ $prev == @ ]] && cur=@$cur prev=${COMP_WORDS[COMP_CWORD - 2]}
    COMPREPLY=()
    case $prev in
        --cacert|-E|--cert|-K|--config|-b|--cookie|-c|--cookie-jar|--crlfile|-D|--dump-header|--egd-file|--etag-compare|--etag-save|--har|--hsts|--key|--keylog|--netrc-file|-o|--output|--pcapng|--proxy-cacert|--proxy-cert|--proxy-key|--random-file|--stderr|--trace|--trace-ascii|--unix-socket|-T|--upload-file)
            compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return ;;
        --capath|--output-dir|--proxy-capath)
            compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur")
            return ;;
        -d|--data|--data-ascii|--data-binary|--data-urlencode|-H|--header|--json|--proxy-header|--url-query|-w|--write-out)
            [[ $cur == @* ]] && compopt -o filenames && mapfile -t COMPREPLY < <(compgen -P @ -f -- "${cur#@}")
            return ;;
        --aia)
            mapfile -t COMPREPLY < <(compgen -W 'report use save' -- "$cur")
            return ;;
        --cert-type)
            mapfile -t COMPREPLY < <(compgen -W 'PEM DER P12' -- "$cur")
            return ;;
        --key-type)
            mapfile -t COMPREPLY < <(compgen -W 'PEM DER' -- "$cur")
            return ;;
        --proto-default)
            mapfile -t COMPREPLY < <(compgen -W 'http https' -- "$cur")
            return ;;
        --proxy-cert-type)
            mapfile -t COMPREPLY < <(compgen -W 'PEM DER P12' -- "$cur")
            return ;;
        --proxy-key-type)
            mapfile -t COMPREPLY < <(compgen -W 'PEM DER' -- "$cur")
            return ;;
        --tls-max)
            mapfile -t COMPREPLY < <(compgen -W 'default 1.0 1.1 1.2 1.3' -- "$cur")
            return ;;
        --abstract-unix-socket|--aws-sigv4|--ciphers|--connect-timeout|--connect-to|-C|--continue-at|--create-file-mode|--curves|--data-raw|--expect100-timeout|--explain|-F|--form|--form-string|--happy-eyeballs-timeout-ms|--haproxy-clientip|--interface|--ip-tos|--keepalive-cnt|--keepalive-time|--limit-rate|--local-port|--max-filesize|--max-redirs|-m|--max-time|--noproxy|--oauth2-bearer|--pass|--pinnedpubkey|--proto|--proto-redir|-x|--proxy|--proxy-ciphers|--proxy-pass|--proxy-tls13-ciphers|-U|--proxy-user|--proxy1.0|-r|--range|--rate|-e|--referer|-X|--request|--request-target|--resolve|--retry|--retry-delay|--retry-max-time|--sha256|--sigalgs|--sni|-Y|--speed-limit|-y|--speed-time|-z|--time-cond|--tls13-ciphers|--trace-config|--url|-u|--user|-A|--user-agent|--variable)
            :
            return ;;
        -h|--help)
            mapfile -t COMPREPLY < <(compgen -W 'all category important auth connection curl dns http output post proxy timeout tls verbose' -- "$cur")
            return ;;
    esac
    [[ $cur == -* ]] || return
    mapfile -t COMPREPLY < <(compgen -W '
        --abstract-unix-socket
        --aia
        --no-alpn
        --anyauth
        --atomic
        --aws-sigv4
        --basic
        -N --no-buffer
        --ca-native
        --cacert
        --capath
        -E --cert
        --cert-status
        --cert-type
        --ciphers
        --clobber
        --compressed
        -K --config
        --connect-timeout
        --connect-to
        -C --continue-at
        -b --cookie
        -c --cookie-jar
        --create-dirs
        --create-file-mode
        --crlfile
        --curves
        -d --data --data-ascii
        --data-binary
        --data-raw
        --data-urlencode
        --digest
        -q --disable
        --disallow-username-in-url
        --dry-run
        -D --dump-header
        --egd-file
        --etag-compare
        --etag-save
        --expect100-timeout
        --explain
        -f --fail
        --fail-early
        --fail-with-body
        --false-start
        --follow
        -F --form
        --form-escape
        --form-string
        -G --get
        -g --globoff
        --happy-eyeballs-timeout-ms
        --haproxy-clientip
        --haproxy-protocol
        --har
        -I --head
        -H --header
        -h --help
        --hsts
        --http0.9
        -0 --http1.0
        --http1.1
        --ignore-content-length
        -k --insecure
        --interface
        --ip-tos
        -4 --ipv4
        -6 --ipv6
        --json
        -j --junk-session-cookies
        --no-keepalive
        --keepalive-cnt
        --keepalive-time
        --key
        --key-type
        --keylog
        --limit-rate
        --local-port
        -L --location
        --location-trusted
        -M --manual
        --max-filesize
        --max-redirs
        -m --max-time
        --mptcp
        -n --netrc
        --netrc-file
        --netrc-optional
        -: --next
        --noproxy
        --no-npn
        --oauth2-bearer
        --out-null
        -o --output
        --output-dir
        --pass
        --path-as-is
        --pcapng
        --pinnedpubkey
        --post301
        --post302
        --post303
        -# --progress-bar
        --no-progress-meter
        --proto
        --proto-default
        --proto-redir
        -x --proxy
        --proxy-anyauth
        --proxy-basic
        --proxy-cacert
        --proxy-capath
        --proxy-cert
        --proxy-cert-type
        --proxy-ciphers
        --proxy-digest
        --proxy-header
        --proxy-insecure
        --proxy-key
        --proxy-key-type
        --proxy-pass
        --proxy-tls13-ciphers
        -U --proxy-user
        --proxy1.0
        -p --proxytunnel
        --random-file
        -r --range
        --rate
        --raw
        -e --referer
        -J --remote-header-name
        -O --remote-name
        --remote-name-all
        -R --remote-time
        --remove-on-error
        -X --request
        --request-target
        --resolve
        --retry
        --retry-all-errors
        --retry-connrefused
        --retry-delay
        --retry-max-time
        --no-sessionid
        --sha256
        -S --show-error
        -i --show-headers --include
        --sigalgs
        -s --silent
        --skip-existing
        --sni
        -Y --speed-limit
        -y --speed-time
        --ssl-allow-beast
        --ssl-auto-client-cert
        --ssl-no-revoke
        --ssl-revoke-best-effort
        --stderr
        --no-styled-output
        --suppress-connect-headers
        --tcp-fastopen
        --tcp-nodelay
        -z --time-cond
        --tls-legacy-server
        --tls-max
        --tls-probe
        --tls13-ciphers
        -1 --tlsv1
        --tlsv1.0
        --tlsv1.1
        --tlsv1.2
        --tlsv1.3
        --tr-encoding
        --trace
        --trace-ascii
        --trace-config
        --trace-ids
        --trace-time
        --unix-socket
        -T --upload-file
        --url
        --url-query
        -u --user
        -A --user-agent
        --variable
        -v --verbose
        -V --version
        --with-secrets
        -w --write-out
        --xattr
    ' -- "$cur")
}

complete -F _peel peel
