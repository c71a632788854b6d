#!/bin/sh
# Logs in with a form, keeps the session in a jar, and logs out.
curl -s -c jar "$ORIGIN/login" | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' >token
curl -sL -b jar -c jar -o welcome --data-urlencode "user=ada lovelace" --data-urlencode "token=$(cat token)" \
    -w '%{http_code} %{num_redirects} %{url_effective}\n' "$ORIGIN/login"
grep session=s3 welcome || exit 1
curl -s -b jar "$ORIGIN/account"
grep -v '^# ' jar | cut -f 1,6,7
curl -s -b jar -c jar "$ORIGIN/logout"
curl -s -b jar "$ORIGIN/account"
