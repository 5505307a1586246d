#!/bin/sh
# `make demo`: makes the demo installation when there is none, then serves it.
# It is made aside and moved into place when whole, so that an interrupted first run leaves nothing half-done.
set -eu
cd "$(dirname "$0")/.."
guiju=${VENV:-.venv}/bin/guiju
home=${GUIJU_HOME:-$PWD/var}

make_demo() {
    "$guiju" init --demo </dev/null
    # Its closing words name a folder that is about to move; `demo accounts` below tells the place.
    "$guiju" demo load --scale "${SCALE:-small}" </dev/null >/dev/null
}

if [ -n "${DATABASE_URL:-}" ]; then
    # The database is a server's: only the marker tells whether the demo is in it.
    if [ ! -f "$home/demo.loaded" ]; then
        GUIJU_HOME=$home make_demo
        touch "$home/demo.loaded"
    fi
elif [ ! -f "$home/guiju.sqlite3" ]; then
    aside=$home.loading
    rm -rf "$aside"
    mkdir -p "$aside"
    (GUIJU_HOME=$aside && export GUIJU_HOME && make_demo)
    mkdir -p "$home"
    cp -R "$aside/." "$home/"
    rm -rf "$aside"
fi

GUIJU_HOME=$home
export GUIJU_HOME
"$guiju" demo accounts
echo
echo "  http://127.0.0.1:${PORT:-8000}/    (Ctrl-C ends it; the data stay in $home)"
echo
exec "$guiju" serve --port "${PORT:-8000}"
