#!/bin/sh
# Goes on with a large file as often as the net breaks off.
n=0
until curl -sS -f -C - -o large.bin "$ORIGIN/large.bin" 2>/dev/null; do
    echo "broke off with $? at $(wc -c <large.bin)"
    n=$((n + 1))
    [ $n -lt 10 ] || exit 1
done
sha256sum <large.bin
# Once more, when all of it is there: whether that is an error differs from version to version, the file does not.
curl -s -C - -o large.bin "$ORIGIN/large.bin"
wc -c <large.bin
