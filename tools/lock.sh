#!/bin/sh
# Writes requirements/*.txt from pyproject.toml: one resolution for every platform and Python from 3.11 on,
# with the digests of every file of each release, and without the name of any host.
set -eu
cd "$(dirname "$0")/.."
venv=build/lock
[ -x "$venv/bin/uv" ] || {
    "$(sh tools/find-python.sh)" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --group lock 2>/dev/null ||
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
}
compile() {
    "$venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate "$@" # addresses of registries are left out unless asked for
}
mkdir -p requirements
compile "$@" pyproject.toml -o requirements/base.txt
compile "$@" --group build -c requirements/base.txt -o requirements/build.txt
compile "$@" --group test -c requirements/base.txt -c requirements/build.txt -o requirements/test.txt
