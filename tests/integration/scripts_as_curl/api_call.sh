#!/bin/sh
# Body and status of an API call in one variable, taken apart by the shell.
call() {
    answer=$(printf '{"name": "%s"}' "$1" | curl -sS --json @- -H "X-Token: $2" -w '\n%{http_code} %{content_type}' "$ORIGIN/api")
    status=${answer##*
}
    body=${answer%
*}
    echo "$1: status [$status] body [$body]"
}
call ada good
call bob bad
# The same with older words.
curl -s -o answer.json -D head.txt -w '%{http_code}\n' -X PUT -H 'Content-Type: application/json' -d '{"a":1}' "$ORIGIN/api"
grep -i '^content-type' head.txt
