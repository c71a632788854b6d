#!/bin/sh
# The line that READMEs ask one to paste: a script from the net, straight into a shell, which fetches more by itself.
curl -fsSL "$ORIGIN/install.sh" | sh -s -- --prefix "$PWD/prefix"
prefix/bin/tool
# And when the page is gone, nothing may be run.
if script=$(curl -fsSL "$ORIGIN/gone.sh"); then
    echo "must not happen: $script"
else
    echo "no script, exit code $?"
fi
