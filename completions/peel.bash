# bash completion for peel. Made by peel-docgen from src/cli/options.def; change that.

_peel()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    case $prev in
        --cacert|-E|--cert|-D|--dump-header|--etag-compare|--etag-save|--key|-o|--output|--stderr|--trace|--trace-ascii)
            compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return ;;
        --capath|--output-dir)
            compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur")
            return ;;
        -d|--data|--data-ascii|--data-binary|--data-urlencode|-H|--header|--json|-w|--write-out)
            [[ $cur == @* ]] && mapfile -t COMPREPLY < <(compgen -P @ -f -- "${cur#@}")
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
        --tls-max)
            mapfile -t COMPREPLY < <(compgen -W 'default 1.2 1.3' -- "$cur")
            return ;;
        --ciphers|--connect-timeout|--connect-to|-C|--continue-at|--create-file-mode|--curves|--data-raw|--limit-rate|--max-filesize|--max-redirs|-m|--max-time|--pass|--proto|-x|--proxy|-r|--range|-e|--referer|-X|--request|--resolve|--sha256|--tls13-ciphers|--trace-config|--url|-u|--user|-A|--user-agent)
            :
            return ;;
        -h|--help)
            mapfile -t COMPREPLY < <(compgen -W 'all category important auth connection curl dns http output post proxy timeout tls verbose' -- "$cur")
            return ;;
    esac
    [[ $cur == -* ]] || return
    mapfile -t COMPREPLY < <(compgen -W '
        --atomic
        -N --no-buffer
        --cacert
        --capath
        -E --cert
        --cert-type
        --ciphers
        --clobber
        --compressed
        --connect-timeout
        --connect-to
        -C --continue-at
        --create-dirs
        --create-file-mode
        --curves
        -d --data --data-ascii
        --data-binary
        --data-raw
        --data-urlencode
        -q --disable
        --dry-run
        -D --dump-header
        --etag-compare
        --etag-save
        -f --fail
        --fail-early
        --fail-with-body
        -G --get
        -g --globoff
        -I --head
        -H --header
        -h --help
        --http0.9
        -0 --http1.0
        --http1.1
        --ignore-content-length
        -k --insecure
        -4 --ipv4
        -6 --ipv6
        --json
        --key
        --key-type
        --limit-rate
        -L --location
        -M --manual
        --max-filesize
        --max-redirs
        -m --max-time
        -: --next
        --out-null
        -o --output
        --output-dir
        --pass
        --path-as-is
        -# --progress-bar
        --no-progress-meter
        --proto
        --proto-default
        -x --proxy
        -r --range
        --raw
        -e --referer
        -J --remote-header-name
        -O --remote-name
        --remote-name-all
        -R --remote-time
        --remove-on-error
        -X --request
        --resolve
        --sha256
        -S --show-error
        -i --show-headers --include
        -s --silent
        --skip-existing
        --stderr
        --no-styled-output
        --tls-max
        --tls13-ciphers
        --tlsv1.2
        --tlsv1.3
        --trace
        --trace-ascii
        --trace-config
        --trace-ids
        --trace-time
        --url
        -u --user
        -A --user-agent
        -v --verbose
        -V --version
        -w --write-out
        --xattr
    ' -- "$cur")
}

complete -F _peel peel
