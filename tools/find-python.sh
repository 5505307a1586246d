#!/bin/sh
# Prints the first Python on the PATH that is new enough and can make environments.
# A name on the PATH is not enough: version managers leave shims of versions that are not installed.
for name in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3 python}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        found=$name
        if "$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            command -v "$name"
            exit 0
        fi
    fi
done
if [ -n "${found:-}" ]; then
    echo "$found is new enough but cannot make environments. On Debian and Ubuntu: apt-get install python3-venv" >&2
else
    echo "Guiju needs Python 3.11 or newer. Install it, or name it: make PYTHON=/path/to/python3 ..." >&2
fi
exit 1
