"""`guiju serve`: the web server, with the worker inside unless it runs on its own."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
import tempfile
import threading
from types import FrameType
from typing import Any

from guiju.commands import output
from guiju.commands.language import say as _
from guiju.lib import env
from guiju.lib.errors import Problem

THREADS = 8
PATIENCE_SECONDS = 10.0
#: What is believed of a trusted proxy; `X-Forwarded-For` becomes the address from which somebody asks.
FORWARDED = {"x-forwarded-proto", "x-forwarded-for", "x-forwarded-host"}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = commands.add_parser("serve", help=_("serve the pages and the API"))
    parser.add_argument("--host", help=_("address to listen on (HOST, else 127.0.0.1)"))
    parser.add_argument("--port", type=int, help=_("port to listen on (PORT, else 8000)"))
    parser.add_argument("--no-worker", action="store_true", help=_("background work is done by `guiju worker`"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Listen, say where, and serve until stopped."""
    from django.conf import settings

    require_ready()
    host = args.host or env.text("HOST", "127.0.0.1")
    port = env.number("PORT", 8000) if args.port is None else args.port
    server = _listen(host, port)
    # Port 0 lets the system choose; a name with several addresses has several sockets.
    port = getattr(server, "effective_port", None) or server.effective_listen[0][1]
    stop = None if args.no_worker or not settings.EMBEDDED_WORKER else _start_worker()
    output.line(_("Guiju serves on %(address)s (Ctrl-C ends it)") % {"address": f"http://{_shown(host)}:{port}"})
    # A service manager ends us with SIGTERM: stop as with Ctrl-C, and let the worker finish its job.
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run()
    finally:
        server.close()
        if stop is not None:
            _end_worker(stop)
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    # The exception is lost when the signal comes within a finalizer: then the process ends without it.
    late = threading.Timer(2 * PATIENCE_SECONDS, os._exit, (0,))
    late.daemon = True
    late.start()
    sys.exit(0)


def require_ready() -> None:
    """Refuse to run on tables that are not there or older than the programme."""
    from guiju.commands.doctor import waiting_migrations

    if waiting_migrations():
        what = _("The database is not there yet, or older than this programme.")
        raise Problem("database.old", what, fix=_("Run `guiju init`."))


def _listen(host: str, port: int) -> Any:
    import waitress
    from django.conf import settings

    # What a browser sends waits on disk until it is complete: here, not in a folder shared with everybody.
    tempfile.tempdir = settings.FILE_UPLOAD_TEMP_DIR

    from guiju.wsgi import application

    proxy: dict[str, Any] = {}
    if settings.HTTPS:
        # Without a trusted proxy waitress drops X-Forwarded-Proto, and every page would redirect to itself.
        proxy = {
            "trusted_proxy": env.text("GUIJU_PROXY", "127.0.0.1"),
            "trusted_proxy_headers": FORWARDED,
            "clear_untrusted_proxy_headers": True,
        }
    try:
        return waitress.create_server(
            application,
            host=host,
            port=port,
            threads=THREADS,
            ident="guiju",
            # Somewhat more than is allowed, so that the page says so and not the server in its own words.
            max_request_body_size=2 * settings.UPLOAD_LIMIT + 2**20,
            **proxy,
        )
    except OverflowError:
        raise Problem("serve.port", _("%(port)s is not a port.") % {"port": port}) from None
    except OSError as error:
        what = _("Cannot listen on %(host)s port %(port)s: %(why)s.")
        fix = (
            _("Choose another port, for instance `guiju serve --port 8080`.") if error.errno == errno.EADDRINUSE else ""
        )
        names = {"host": host, "port": port, "why": error.strerror or error}
        raise Problem("serve.listen", what % names, fix=fix) from None


def _start_worker() -> threading.Event:
    from guiju.jobs import worker

    return worker.start_embedded()


def _end_worker(stop: threading.Event) -> None:
    """Let the job in hand end; one that takes longer is done again by the next worker."""
    from guiju.jobs import wake

    stop.set()
    wake.up()
    for thread in threading.enumerate():
        if thread.name == "guiju-worker":
            thread.join(PATIENCE_SECONDS)


def _shown(host: str) -> str:
    return "127.0.0.1" if host in {"", "0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
