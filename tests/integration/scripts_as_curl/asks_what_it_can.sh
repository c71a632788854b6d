#!/bin/sh
# What scripts ask before they begin: is it there, does it speak HTTPS, does it know an option.
command -v curl >/dev/null || exit 1
curl --version >/dev/null 2>&1 && echo "there"
curl --version | head -n 1 | grep -qE '^[a-z]+ [0-9]+\.[0-9]+\.[0-9]+' && echo "has a version"
curl --version | sed -n 's/^Protocols: //p' | tr ' ' '\n' | grep -x https
for feature in SSL IPv6 libz brotli HSTS IDN PSL; do
    curl -V | grep '^Features:' | grep -qw "$feature" && echo "feature $feature"
done
for option in --fail-with-body --retry-all-errors --compressed --json; do
    curl --help all | grep -qe "$option" && echo "knows $option"
done
curl --help >/dev/null && curl --help category >/dev/null && echo "helps"
curl --no-such-option "$ORIGIN/" 2>/dev/null || echo "unknown option: $?"
curl 2>/dev/null || echo "nothing to do: $?"
