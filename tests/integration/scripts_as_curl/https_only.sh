#!/bin/sh
# In the manner of language installers: only HTTPS, only new TLS, after a look at what this curl can do.
need() {
    curl --help all | grep -q -e "$1" || { echo "this curl has no $1"; exit 1; }
}
need --proto
need --tlsv1.2
need --retry
curl -V | grep -q '^Protocols:.* https' || exit 1
curl -V | grep -q '^Features:.* SSL' || exit 1
curl --proto '=https' --tlsv1.2 -sSf "$SECURE/init.sh" | sh -s -- -y
# A server that sends its visitors to plain HTTP is not followed there.
curl --proto '=https' --tlsv1.2 -sSfL "$SECURE/downgrade" && echo "must not happen"
echo "downgrade: $?"
curl --proto '=https' --tlsv1.2 -sSf "$ORIGIN/init.sh" && echo "must not happen"
echo "plain: $?"
