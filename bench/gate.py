"""The review gate in front of a seal: one answer, and how many a second, with a million passes behind it.

    python bench/gate.py [--passes 1000000] [--units 300] [--times 200] [--seconds 10] [--processes 2] [--clients 4]

One answer is measured through the whole application in this process (middleware, token, scope, JSON). Answers a second
come from as many processes as the machine has processors, each calling the application as a web server does; beside
stand an address that does nothing at all, and one that tells who holds the token. At last `guiju serve` answers over
HTTP, one server and then as many as there are processors, each asked by some clients at once that keep their connections.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import _bench

SYSTEM = "oa"
CHUNK = 5_000
EMPTY = "/bench/empty"


def main() -> int:
    numbers = {"passes": 1_000_000, "units": 300, "times": 200, "seconds": 10, "processes": 2, "clients": 4}
    options = _bench.arguments(__doc__, **numbers)
    with _bench.installation(packs=False):
        measure(options, _bench.Table("gate"))
    return 0


def measure(options: argparse.Namespace, table: _bench.Table) -> None:
    units = _units(options.units)
    made, _rows = _bench.once(lambda: _fill(options.passes, units))
    table.rate(f"{options.passes:,} passes made as rows", made, options.passes)
    _bench.analyse()
    table.number("the database", _size() / 2**20, what=" MB")
    whole, narrow = _token("oa-group", units[0]), _token("oa-firm", units[-1])
    _answers(options, units, whole, narrow, table)
    _uses(options, units, whole, table)
    _load(options, whole, table)
    for servers in dict.fromkeys((1, options.processes)):
        _served(options, servers, whole, table)


def _size() -> int:
    """Bytes of the database."""
    from django.db import connection

    with connection.cursor() as cursor:
        sql = "SELECT pg_database_size(current_database())"
        if connection.vendor == "sqlite":
            sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def _units(number: int) -> list[Any]:
    from guiju.access.actor import system
    from guiju.org import actions as org

    house = system("bench")
    group = org.create_unit(code="G", name="集团有限公司", kind="company", by=house)
    return [
        group,
        *(
            org.create_unit(code=f"G-{n}", name=f"第{n}子公司", kind="company", parent=group, by=house)
            for n in range(1, number)
        ),
    ]


def ref(number: int) -> str:
    """What the other system calls its thing."""
    return f"HT-{number:07}"


def digest(number: int) -> str:
    """The fingerprint of its text."""
    from hashlib import sha256

    return sha256(str(number).encode()).hexdigest()


def _fill(passes: int, units: list[Any]) -> None:
    """So many matters that have passed, each with its pass and two papers; a tenth of them has a condition that is met."""
    from django.db import transaction

    from guiju.access.actor import system
    from guiju.org import actions as org

    people = [org.add_person(unit=unit, name=f"王{at}", by=system("bench")) for at, unit in enumerate(units)]
    token = _sample()
    for start in range(0, passes, CHUNK):
        with transaction.atomic():
            _chunk(range(start, min(start + CHUNK, passes)), units, people, token)


def _sample() -> str:
    """The text of a pass, as long as one really is."""
    from guiju.review import passes

    said = {"papers": [{"role": "text", "sha256": "0" * 64}] * 2, "title": "办公设备采购合同" * 4, "pad": "x" * 300}
    return passes.sign(said)[0]


def _chunk(numbers: range, units: list[Any], people: list[Any], token: str) -> None:
    from guiju.lib import clock
    from guiju.review.models import Condition, Matter, Pass, PassDigest

    now, ends = clock.now(), clock.today() + timedelta(days=180)
    matters = Matter.objects.bulk_create(
        Matter(
            unit=units[n % len(units)], root=units[0], kind="contract", title=f"采购合同{n}", system=SYSTEM, ref=ref(n),
            number=f"审2026-{n:07}", state="passed", outcome="agree", owner=people[n % len(units)], recorded_at=now,
            by="bench", rounds=1, version=4, form={"party": "某某科技有限公司"}, summary="合规审查" * 20,
        )
        for n in numbers
    )  # fmt: skip
    issued = Pass.objects.bulk_create(
        Pass(
            matter=matter, code=f"{n:08X}", token=token, key_id="bench", system=SYSTEM, ref=ref(n), issued_at=now,
            expires_on=ends, version=1,
        )
        for n, matter in zip(numbers, matters, strict=True)
    )  # fmt: skip
    PassDigest.objects.bulk_create(
        PassDigest(issued=one, digest=digest(n) if role == "text" else digest(-n - 1), role=role)
        for n, one in zip(numbers, issued, strict=True)
        for role in ("text", "other")
    )
    Condition.objects.bulk_create(
        Condition(
            matter=matter,
            ordinal=1,
            text="补授权书",
            due_on=ends,
            owner=matter.owner,
            before=True,
            state="met",
            set_by="x",
        )
        for n, matter in zip(numbers, matters, strict=True)
        if n % 10 == 0
    )


def _token(name: str, unit: Any) -> str:
    from guiju.access import actions as access
    from guiju.access.actor import system
    from guiju.lib import clock

    user = _bench.member(name, "gateway", unit)
    scopes = ["review:gate:ask", "review:matter:submit"]
    until = clock.today() + timedelta(days=30)
    return access.issue_token(user=user, name=name, scopes=scopes, unit=unit, expires_on=until, by=system("bench"))[1]


def address(number: int, *, text: str = "", system: str = SYSTEM) -> str:
    """The question."""
    return f"/api/v1/gate?system={system}&ref={ref(number)}&digest={text or digest(number)}"


def _answers(options: argparse.Namespace, units: list[Any], whole: str, narrow: str, table: _bench.Table) -> None:
    get, firm_get, step = _asker(whole), _asker(narrow), _numbers(options.passes)
    firm = len(units) - 1
    own = (n for n in count(firm, len(units)) if n < options.passes)
    questions: dict[str, Callable[[], Any]] = {
        "cleared": lambda: get(address(next(step)), "cleared"),
        "another document": lambda: get(address(next(step), text="0" * 64), "changed"),
        "a number nobody knows": lambda: get(address(options.passes + 7), "unknown"),
        "another firm's number, asked by a firm": lambda: firm_get(
            address(next(step) // len(units) * len(units)), "unknown"
        ),
        "its own, asked by a firm": lambda: firm_get(address(next(own)), "cleared"),
    }
    for name, act in questions.items():
        table.turns(f"one answer: {name}", _bench.often(act, options.times), p95=20)
    table.number("questions to the database of one answer", _bench.asked(questions["cleared"]), most=4)


def _numbers(passes: int) -> Any:
    """Numbers far from one another, so that no page of the database is warm by chance."""
    return (at * 7_919_017 % passes for at in count(1))


def _asker(secret: str) -> Callable[[str, str], None]:
    from django.test import Client

    client = Client(headers={"Host": "localhost", "Authorization": f"Bearer {secret}"})

    def get(where: str, code: str) -> None:
        answer = client.get(where)
        assert (answer.status_code, answer.json()["code"]) == (200, code), answer.content[:300]

    return get


def _uses(options: argparse.Namespace, units: list[Any], secret: str, table: _bench.Table) -> None:
    from django.test import Client

    client = Client(headers={"Host": "localhost", "Authorization": f"Bearer {secret}"})
    step = _numbers(options.passes)

    def seal() -> None:
        n = next(step)
        body = {"system": SYSTEM, "ref": ref(n), "digest": digest(n), "kind": "seal", "doing": f"YY-{n}"}
        answer = client.post("/api/v1/gate/uses", body, content_type="application/json")
        assert answer.json()["use"], answer.content[:300]

    table.turns("one use told, with its event in the trail", _bench.often(seal, options.times))


# --- many at once ---------------------------------------------------------------------------------------------------


def _load(options: argparse.Namespace, secret: str, table: _bench.Table) -> None:
    from django.db import connections

    _urls()
    numbers = _numbers(options.passes)
    kinds = {
        "an address that does nothing": [EMPTY],
        "only the token looked at": ["/api/v1/me"],
        "the gate": [address(next(numbers)) for _turn in range(20_000)],
    }
    rates = {}
    for name, addresses in kinds.items():
        rates[name] = _rate(options, name, addresses, secret, table)
    ratio = rates["the gate"] / rates["an address that does nothing"]
    table.add("the gate against an address that does nothing", wall="", cpu=f"{ratio:.2f}")
    kept, connections.settings["default"]["CONN_MAX_AGE"] = connections.settings["default"]["CONN_MAX_AGE"], 0
    _rate(options, "the gate, a connection opened for each request", kinds["the gate"], secret, table)
    connections.settings["default"]["CONN_MAX_AGE"] = kept


def _rate(options: argparse.Namespace, name: str, addresses: list[str], secret: str, table: _bench.Table) -> float:
    total, worked = _together(options.processes, options.seconds, addresses, secret)
    rate, each = total / options.seconds, worked / total
    table.add(
        f"{name}: {options.processes} processes", wall=f"{rate:,.0f} requests/s", cpu=f"{each * 1000:.1f} ms each"
    )
    return 1 / each


def _urls() -> None:
    """The site, and one address more."""
    from django.conf import settings
    from django.http import HttpResponse
    from django.urls import clear_url_caches, path

    from guiju import urls
    from guiju.access import policy

    @policy.public("does nothing")
    def empty(_request: Any) -> HttpResponse:
        return HttpResponse(b"{}", content_type="application/json")

    module = types.ModuleType("bench_urls")
    module.urlpatterns = [path(EMPTY[1:], empty), *urls.urlpatterns]  # type: ignore[attr-defined]
    sys.modules["bench_urls"] = module
    settings.ROOT_URLCONF = "bench_urls"
    clear_url_caches()


def _together(processes: int, seconds: int, addresses: list[str], secret: str) -> tuple[int, float]:
    """Answers of all processes together, each with connections of its own, and the seconds they worked for them."""
    from django.db import connections

    connections.close_all()
    children = []
    for at in range(processes):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            os.write(write, json.dumps(_answering(seconds, addresses[at::processes] or addresses, secret)).encode())
            os._exit(0)
        os.close(write)
        children.append((child, read))
    total, worked = 0, 0.0
    for child, read in children:
        with os.fdopen(read) as told:
            answers, spent = json.load(told)
        total, worked = total + answers, worked + spent
        os.waitpid(child, 0)
    return total, worked


def _answering(seconds: int, addresses: list[str], secret: str) -> tuple[int, float]:
    from guiju.wsgi import application

    for where in addresses[:20]:
        _request(application, where, secret)
    done, ends, began = 0, time.perf_counter() + seconds, time.process_time()
    while time.perf_counter() < ends:
        _request(application, addresses[done % len(addresses)], secret)
        done += 1
    return done, time.process_time() - began


def _request(application: Any, where: str, secret: str) -> None:
    """One request as a web server hands it over."""
    path, _mark, query = where.partition("?")
    statuses: list[str] = []
    environment = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0), "wsgi.multithread": False,
        "wsgi.multiprocess": True, "wsgi.run_once": False, "HTTP_AUTHORIZATION": f"Bearer {secret}",
        "REMOTE_ADDR": "127.0.0.1", "SCRIPT_NAME": "",
    }  # fmt: skip
    answer = application(environment, lambda status, _headers, _info=None: statuses.append(status))
    for _piece in answer:
        pass
    answer.close()
    assert statuses[0].startswith("200"), (statuses, where)


# --- over HTTP ------------------------------------------------------------------------------------------------------


def _served(options: argparse.Namespace, servers: int, secret: str, table: _bench.Table) -> None:
    """The server that people run, asked by several clients at once."""
    with ExitStack() as stack:
        running = [stack.enter_context(_server()) for _number in range(servers)]
        _together_over_http([port for _pid, port in running], options, secret, seconds=1)  # warm
        began = [_processor(pid) for pid, _port in running]
        taken = _together_over_http([port for _pid, port in running], options, secret, seconds=options.seconds)
        spent = sum(_processor(pid) for pid, _port in running) - sum(began)
        memory = max(_bench.memory(pid, peak=True) for pid, _port in running)
    walls = _bench.quantiles(taken)
    clients = servers * options.clients
    name = f"guiju serve, {servers} of it, {clients} clients at once"
    per = spent / len(taken) * 1000
    table.add(name, wall=f"{len(taken) / options.seconds:,.0f} requests/s", cpu=f"{per:.1f} ms each")
    table.add("… one answer as a client sees it", wall=f"{walls[0]:.1f} / {walls[1]:.1f} ms")
    table.number("… most memory of one server", memory, what=" MB")


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    """A server of this installation in a process of its own: its id and its port."""
    environment = {**os.environ, "PYTHONPATH": str(_bench.ROOT / "src"), "GUIJU_HOSTS": "127.0.0.1"}
    command = [sys.executable, "-m", "guiju", "serve", "--port", "0", "--no-worker"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            told = running.stdout.readline()
            yield running.pid, int(re.findall(r":(\d+)", told)[-1])
        finally:
            running.terminate()


def _processor(pid: int) -> float:
    """Seconds of a processor that another process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _together_over_http(ports: list[int], options: argparse.Namespace, secret: str, *, seconds: int) -> list[float]:
    """Seconds of each answer, all clients together."""
    ends = time.perf_counter() + seconds
    numbers = iter(_numbers(options.passes))
    lock = threading.Lock()

    def client(port: int) -> list[float]:
        connection, taken = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
        while time.perf_counter() < ends:
            with lock:
                where = address(next(numbers))
            began = time.perf_counter()
            connection.request("GET", where, headers={"Authorization": f"Bearer {secret}"})
            answer = connection.getresponse()
            said = answer.read()
            taken.append(time.perf_counter() - began)
            assert answer.status == 200, said[:300]
        connection.close()
        return taken

    with ThreadPoolExecutor(len(ports) * options.clients) as pool:
        found = pool.map(client, [port for port in ports for _client in range(options.clients)])
        return [one for taken in found for one in taken]


if __name__ == "__main__":
    sys.exit(main())
