"""What the sandbox does: register, submit for review, change the text, seal behind the gate."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pages
from gate_client import Gate, Refused, Unreachable, message
from store import NUMBER, Contract, Store

MOST = 20 * 2**20
_PART = re.compile(rb'Content-Disposition: form-data; name="([^"]*)"(?:; filename="([^"]*)")?', re.IGNORECASE)
Fields = dict[str, Any]
#: What to do, beside what the gate says.
HINTS = {
    "changed": "请换回审查过的文本；确需修改的，改后重新送审。",
    "suspended": "等领导机构研究，不得用印。",
    "stayed": "解除否决的决议正在重新修改，纪要重新定稿以前，不得用印。",
    "vetoed": "领导机构决议解除否决以前，不得用印。",
}


class Stop(Exception):
    """A request that is not carried out, with what to show."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        super().__init__(words)
        self.status = status


class Office:
    """The office system: its contracts and its gate."""

    def __init__(self, store: Store, gate: Gate, *, hook_secret: str = "") -> None:
        self.store, self.gate, self.hook_secret = store, gate, hook_secret

    def register(self, fields: Fields) -> Contract:
        """A new contract with its text."""
        number = str(fields.get("number", ""))
        if not NUMBER.fullmatch(number) or number in self.store.contracts or "file" not in fields:
            raise Stop(HTTPStatus.UNPROCESSABLE_ENTITY, "编号已有、不合规则，或者没有选择文本。")
        name, digest = self.store.keep(*fields["file"])
        words = {key: str(fields.get(key, ""))[:120] for key in ("title", "party", "amount", "owner")}
        row = Contract(number=number, file=name, digest=digest, **words)
        if "party_file" in fields:
            row.party_file, row.party_digest = self.store.keep(*fields["party_file"])
        row.note(f"登记，文本 {name}")
        self.store.contracts[number] = row
        return row

    def change(self, row: Contract, fields: Fields) -> None:
        """Another text under the same number; what was reviewed before no longer speaks for it."""
        if "file" not in fields:
            raise Stop(HTTPStatus.UNPROCESSABLE_ENTITY, "没有选择文本。")
        row.file, row.digest = self.store.keep(*fields["file"])
        row.note(f"更换文本为 {row.file}")

    def submit(self, row: Contract) -> None:
        """Bring it for review; what was returned goes back with the present text."""
        try:
            with ExitStack() as sent:
                text = sent.enter_context(self.store.named(row.file, row.digest))
                more = {}
                if row.party_digest and row.party_digest != row.digest:
                    more["party"] = sent.enter_context(self.store.named(row.party_file, row.party_digest))
                row.review = self._submit(row, text, more)
            row.note(f"送审：{row.review['number']}")
        except Refused as error:
            row.note(f"未能送审：{error}")
        except Unreachable as error:
            row.note(f"合规系统暂时连接不上：{error}")

    def _submit(self, row: Contract, path: Path, more: dict[str, Path]) -> dict[str, Any]:
        held = self.gate.follow(row.number)
        if held is not None and held["state"] == "returned":
            return self.gate.replace(held["uid"], path, version=held["version"])
        return self.gate.bring(
            ref=row.number, kind="contract", title=row.title, document=path, owner=row.owner, amount=row.amount,
            form={"party": row.party, "contract_number": row.number}, papers=more,
        )  # fmt: skip

    def seal(self, row: Contract, by: str) -> None:
        """Ask the gate with the very bytes that are about to be sealed; only a clear yes lets the seal down."""
        if by not in pages.SEALERS:
            raise Stop(HTTPStatus.UNPROCESSABLE_ENTITY, "没有这位用印人。")
        if row.seal:
            row.note("未用印：已经用过印")
            return
        answer = self.gate.use(row.number, self.store.path(row), kind="seal", doing=f"YY-{row.number}")
        if not answer.cleared:
            row.note(f"未用印（{answer.code}）：{answer.why}{HINTS.get(answer.code, '')}")
            return
        row.seal = {
            "by": by, "at": datetime.now().isoformat(sep=" ", timespec="seconds"), "digest": row.digest,  # noqa: DTZ005, TID251
            "pass": answer.passed, "why": answer.why, "asked": answer.asked,
        }  # fmt: skip
        row.note(f"{by}用印：{answer.why}")

    def refresh(self, row: Contract) -> None:
        """How the review stands now; what was vetoed may pass yet, and a pass may end."""
        if row.review and not row.seal:
            try:
                row.review = self.gate.follow(row.number) or row.review
            except (Refused, Unreachable):
                return

    def hear(self, headers: Any, body: bytes) -> None:
        """A message of the gate: believed when it is signed, taken once."""
        try:
            said = message(self.hook_secret, dict(headers.items()), body)
        except ValueError as error:
            raise Stop(HTTPStatus.FORBIDDEN, str(error)) from error
        row = self.store.contracts.get(str(said.get("ref")))
        if not self.hook_secret or row is None or said["id"] in self.store.seen:
            return
        self.store.seen.add(said["id"])
        if said["matter"] == row.review.get("uid") and said["version"] < row.review.get("version", 0):
            return  # sent again late: we have heard what came after it
        row.review = {
            **row.review, "uid": said["matter"], "version": said["version"], "number": said["number"],
            "state": said["state"],
        }  # fmt: skip
        row.note(f"合规系统通知：{said['number']} {pages.STATES.get(said['state'], said['state'])}")


def server(office: Office, port: int) -> ThreadingHTTPServer:
    """A server on the own machine."""

    class Handler(_Handler):
        here = office

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


class _Handler(BaseHTTPRequestHandler):
    here: Office
    server_version, sys_version = "SandboxOA", ""

    def do_GET(self) -> None:
        """Pages."""
        self._run(self._get)

    def do_POST(self) -> None:
        """Forms, and messages of the gate."""
        self._run(self._post)

    def log_message(self, *_given: Any) -> None:
        """Quiet."""

    def _run(self, act: Any) -> None:
        try:
            if self.headers.get("Host", "").rsplit(":", 1)[0] not in {"127.0.0.1", "localhost"}:
                raise Stop(HTTPStatus.BAD_REQUEST, "只在本机使用。")
            with self.here.store.lock:
                act()
                self.here.store.save()
        except Stop as stop:
            self._send(pages.page("未完成", f'<p class="no">{stop}</p>'), status=stop.status)

    def _get(self) -> None:
        parts = [unquote(one) for one in urlsplit(self.path).path.strip("/").split("/")]
        if parts == [""]:
            return self._send(pages.listing(self.here.store))
        row = self._row(parts)
        if parts[2:] == ["file"]:
            named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.file)}"}
            return self._send(self.here.store.path(row).read_bytes(), media="application/octet-stream", headers=named)
        self.here.refresh(row)
        return self._send(pages.one(row))

    def _post(self) -> None:
        body = self._body()
        if self.path == "/hook":
            self.here.hear(self.headers, body)
            return self._send(b"", status=HTTPStatus.NO_CONTENT)
        origin = self.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != self.headers.get("Host"):
            raise Stop(HTTPStatus.FORBIDDEN, "请求来自别的网站。")
        fields = _fields(self.headers.get("Content-Type", ""), body)
        parts = [unquote(one) for one in self.path.strip("/").split("/")]
        row = self.here.register(fields) if parts == ["register"] else self._row(parts)
        match parts[2:]:
            case ["submit"]:
                self.here.submit(row)
            case ["seal"]:
                self.here.seal(row, str(fields.get("by", "")))
            case ["file"]:
                self.here.change(row, fields)
        return self._send(b"", status=HTTPStatus.SEE_OTHER, headers={"Location": f"/c/{quote(row.number)}"})

    def _row(self, parts: list[str]) -> Contract:
        row = self.here.store.contracts.get(parts[1]) if len(parts) > 1 and parts[0] == "c" else None
        if row is None:
            raise Stop(HTTPStatus.NOT_FOUND, "没有这份合同。")
        return row

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST:
            raise Stop(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "文件超过20兆。")
        return self.rfile.read(int(length))

    def _send(
        self,
        body: bytes,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        media: str = "text/html; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        given = {
            "Content-Type": media,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            **(headers or {}),
        }
        for name, value in given.items():
            self.send_header(name, value)
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'self'",
        )
        self.end_headers()
        self.wfile.write(body)


def _fields(media: str, body: bytes) -> Fields:
    """Fields of a form; a file as (name, bytes)."""
    kind, _semicolon, rest = media.partition(";")
    if kind.strip() != "multipart/form-data":
        return {name: values[-1] for name, values in parse_qs(body.decode(errors="replace")).items()}
    mark = rest.partition("boundary=")[2].strip().strip('"').encode()
    found: Fields = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + mark)[1:-1] if mark else ():
        head, _blank, data = part.partition(b"\r\n\r\n")
        named = _PART.search(head)
        if named is None:
            continue
        name, file = named[1].decode(errors="replace"), named[2]
        found[name] = data.decode(errors="replace") if file is None else (file.decode(errors="replace"), data)
        if file == b"":
            found.pop(name)
    return found
