#!/bin/sh
# Brings the environment in .venv up to the named lock files: tools/venv.sh base build [test]
# Does nothing when it already is: each set leaves a stamp with the checksum of what it was made from.
set -eu
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
python=$venv/bin/python

key() {
    cksum <"requirements/$1.txt"
}

if ! "$python" -c 'import pip' >/dev/null 2>&1; then
    base_python=$(sh tools/find-python.sh)
    echo "Making an environment in $venv with $base_python"
    rm -rf "$venv"
    "$base_python" -m venv "$venv"
fi

wanted=
for set in "$@"; do
    if [ "$(cat "$venv/.stamp-$set" 2>/dev/null || true)" != "$(key "$set")" ]; then
        wanted="$wanted $set"
    fi
done
if [ -n "$wanted" ]; then
    echo "Installing:$wanted"
    files=
    for set in $wanted; do files="$files -r requirements/$set.txt"; done
    # shellcheck disable=SC2086 # the list is split on purpose
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes $files
    for set in $wanted; do key "$set" >"$venv/.stamp-$set"; done
fi

# The project itself, in place. `hatchling` stands in the build set, so nothing is fetched here.
project=$(cat pyproject.toml hatch_build.py | cksum)
if [ "$(cat "$venv/.stamp-project" 2>/dev/null || true)" != "$project" ]; then
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
    echo "$project" >"$venv/.stamp-project"
fi
