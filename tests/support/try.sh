#!/bin/bash
# try.sh PEEL: shows what peel does, against a TLS server with a certificate made for the occasion. Each command is printed as
# one would type it, then run; what comes out is compared with what should, so this is a test as much as a show.
set -euo pipefail

peel=$1
work=$(mktemp -d)
server=

finish() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

fail() {
    printf '\n./dev try: %s\n' "$*" >&2
    exit 1
}

make_certificates() {
    cat >openssl.conf <<'END'
[req]
distinguished_name = name
prompt = no
[name]
CN = a throw-away authority
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
subjectAltName = DNS:localhost, IP:127.0.0.1
extendedKeyUsage = serverAuth
authorityKeyIdentifier = keyid
END
    {
        openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config openssl.conf -extensions authority \
            -days 30 -keyout ca.key -out ca.pem
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config openssl.conf -subj /CN=localhost \
            -keyout server.key -out server.csr
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile openssl.conf \
            -extensions server -out server.pem
    } >openssl.log 2>&1 || {
        cat openssl.log >&2
        fail "openssl could not make the certificates"
    }
}

# It picks a free port and says which.
start_server() {
    local line
    exec {said}< <(exec openssl s_server -accept 127.0.0.1:0 -WWW -cert server.pem -key server.key </dev/null 2>server.err)
    server=$!
    while IFS= read -r -t 20 -u "$said" line; do
        case $line in "ACCEPT "*)
            port=${line##*:}
            return
            ;;
        esac
    done
    cat server.err >&2
    fail "openssl s_server did not start"
}

# show EXIT_CODE WORD COMMAND: WORD must be in what the command prints.
show() {
    local expected=$1 word=$2 command=$3 code=0
    printf '\n$ %s\n' "$command"
    bash -o pipefail -c "$command" >output 2>&1 </dev/null || code=$?
    cat output
    [ "$code" = "$expected" ] || fail "that should have ended with exit code $expected, not $code"
    grep -qF -- "$word" output || fail "that should have said: $word"
    [ "$code" = 0 ] || printf '$ echo $?\n%s\n' "$code"
}

mkdir "$work/bin" "$work/run"
ln -s "$peel" "$work/bin/peel"
# A source tree may lie in a directory that only its owner can pass; peel is run from here by its name alone.
export PATH=$work/bin:$PATH
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
cd "$work/run"

make_certificates
echo 'Layer by layer: name, address, TCP, TLS, HTTP, body.' >hello.txt
cat >install.sh <<'END'
echo "a script from the net, run by sh: $((6 * 7))"
END
head -c 5000000 /dev/zero >zeros
sum=$(sha256sum <zeros | cut -d' ' -f1)
port=
start_server
url=https://localhost:$port
echo "openssl s_server listens on port $port; its certificate is from an authority made a moment ago, ca.pem."

show 0 "$(cat hello.txt)" "peel --cacert ca.pem $url/hello.txt"
show 0 "run by sh: 42" "peel -sS --cacert ca.pem $url/install.sh | sh"
show 0 "$sum" "peel -sS --cacert ca.pem $url/zeros | sha256sum"
show 0 "SSL connection using TLSv1.3" "peel -v --cacert ca.pem $url/hello.txt"
show 60 "peel --explain missing-issuer" "peel $url/hello.txt"
show 0 "fullchain.pem" "peel --explain missing-issuer"

printf '\nAll of that was as it should be. The program is %s\n' "$peel"
