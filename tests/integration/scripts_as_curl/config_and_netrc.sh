#!/bin/sh
# Many requests in one process: options from a pipe, a password from netrc, a token in a header file.
umask 077
printf 'machine 127.0.0.1 login ada password secret\n' >netrc
printf 'Authorization: Bearer %s\nX-Client: script\n' token-1 >headers
for name in one two three; do
    printf 'url = "%s/items/%s"\noutput = "%s.txt"\n' "$ORIGIN" "$name" "$name"
done | curl -sSf --netrc-file netrc -w '%{http_code} %{filename_effective}\n' -K -
cat one.txt two.txt three.txt
curl -sS -H @headers "$ORIGIN/whoami" --next -sS --netrc-file netrc "$ORIGIN/whoami" --next -sS -X DELETE "$ORIGIN/items/one"
curl -sSf --fail-early "$ORIGIN/whoami" "$ORIGIN/gone" "$ORIGIN/never"
echo "exit code $?"
