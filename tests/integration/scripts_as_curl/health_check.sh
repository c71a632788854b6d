#!/bin/sh
# Waits for a service to come up, and tells down from broken.
status() {
    curl -s -o /dev/null -m 10 -w '%{http_code}' "$1"
}
n=0
while [ "$(status "$ORIGIN/health")" != 200 ]; do
    n=$((n + 1))
    [ $n -lt 10 ] || exit 1
done
echo "up after $n"
for url in "$ORIGIN/health" "$ORIGIN/broken" "http://127.0.0.1:$CLOSED/"; do
    code=$(curl -sf -o /dev/null -w '%{http_code}' "$url")
    case $? in
    0) echo "fine $code" ;;
    7) echo "down $code" ;;
    22) echo "broken $code" ;;
    *) echo "other $?" ;;
    esac
done
