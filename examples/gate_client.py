"""Ask the review gate before something is sealed, signed, paid or issued. One file, standard library only.

    gate = Gate("https://guiju.example.cn/api/v1", token="gj_...", system="oa", unit="HD-01", journal="gate.jsonl")
    answer = gate.use("HT-2026-001", Path("contract.pdf"), kind="seal", doing="YY-2026-0042")
    if not answer.cleared:
        raise SystemExit(answer.why)

When the gate cannot be reached, `when_down` decides: "closed" (the default) stops, "open" goes on, "pass" goes on only
with a signed pass that holds for this very document (checked here, with keys and list fetched before). Whatever was
answered without the gate stands in the journal file first, and is told to the gate as soon as it can be reached again.
A refusal is never taken for an outage: a wrong token, an unknown number or a used pass is a no.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import queue
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

Document = bytes | str | Path  # bytes, a path, or the SHA-256 as 64 hexadecimal digits
WhenDown = Literal["closed", "open", "pass"]
BATCH = 100
#: No answer and no pass is longer.
LONGEST, LONGEST_PASS = 32 * 2**20, 100_000
#: Seconds that a document may take to be sent.
SENDING = 300.0
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Unreachable(Exception):
    """The gate gave no answer."""


class Refused(Exception):
    """The gate refused the request; `code` is stable, the text is for people."""

    def __init__(self, code: str, what: str, status: int = 0, data: dict[str, Any] | None = None) -> None:
        super().__init__(what)
        self.code, self.status, self.data = code, status, data or {}


@dataclass(frozen=True)
class Answer:
    """`cleared` is the answer, `code` why, `why` the sentence; `asked` is False where the gate could not be reached."""

    cleared: bool
    code: str
    why: str
    asked: bool = True
    number: str = ""
    passed: str = ""
    expires_on: str = ""
    use: dict[str, Any] | None = None


@dataclass
class Gate:
    """The gate of one system for one unit and those below it."""

    url: str
    token: str
    system: str
    unit: str
    when_down: WhenDown = "closed"
    journal: str | Path = "gate-journal.jsonl"
    #: Seconds that one question takes at most, all in all: whoever answers one byte now and then gives no answer.
    timeout: float = 5.0
    #: For "pass": the answers of `fetch_keys` and `fetch_ended`, kept somewhere since the last time.
    keys: dict[str, Any] | None = None
    ended: dict[str, Any] | None = None
    #: Passes end; a list of ended ones that is older than this is no longer believed.
    ended_for: float = 24 * 3600.0
    plain_http: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme != "https" and not (parts.hostname in _LOOPBACK or self.plain_http):
            raise ValueError("The token would travel in the clear: use https, or say plain_http=True.")
        if self.when_down not in ("closed", "open", "pass"):
            raise ValueError('when_down is "closed", "open" or "pass".')
        self.url, self.token = self.url.rstrip("/"), self.token.strip()
        # What stays on the own machine goes through no proxy.
        direct = [urllib.request.ProxyHandler({})] if parts.hostname in _LOOPBACK else []
        self._opener = urllib.request.build_opener(_NoRedirection(), *direct)

    # --- asking -----------------------------------------------------------------------------------------------------

    def ask(self, ref: str, document: Document, *, shown: str = "") -> Answer:
        """May this be done? Changes nothing; `use` asks again."""
        digest = digest_of(document)
        query = {"system": self.system, "ref": ref, "digest": digest, **({"shown": shown} if shown else {})}
        try:
            answer = _answer(self._call("GET", f"/gate?{urllib.parse.urlencode(query)}"))
        except Unreachable as error:
            return self._without(ref, digest, "", "", shown, str(error))
        except Refused as error:
            return Answer(False, error.code, str(error))
        self._tell_quietly()
        return answer

    def use(self, ref: str, document: Document, *, kind: str, doing: str, shown: str = "") -> Answer:
        """It is being done now: seal, sign, pay, issue or other, under your own number `doing`.

        Only where the answer is cleared go on. The same doing may be told again after a timeout.
        """
        digest = digest_of(document)
        body = {"system": self.system, "ref": ref, "digest": digest, "kind": kind, "doing": doing, "shown": shown}
        key = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        try:
            answer = _answer(self._call("POST", "/gate/uses", body, key=f"{key}-{uuid.uuid4().hex[:8]}"))
        except Unreachable as error:
            return self._without(ref, digest, kind, doing, shown, str(error))
        except Refused as error:
            return Answer(False, error.code, str(error))
        self._tell_quietly()
        # Kept before and told again: what was done then stays done, even if the pass has ended since.
        return answer if answer.use is not None else Answer(**{**asdict(answer), "cleared": False})

    # --- bringing ---------------------------------------------------------------------------------------------------

    def bring(
        self, *, ref: str, kind: str, title: str, document: Path, owner: str, form: Mapping[str, Any] | None = None,
        papers: Mapping[str, Path] | None = None, **more: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Submit for review: the document, other papers by their kind, who brings it (staff number). Raises."""
        matter = {
            "unit": self.unit, "system": self.system, "ref": ref, "kind": kind, "title": title, "owner": owner,
            "form": dict(form or {}), **more,
        }  # fmt: skip
        files = {"text": document, **dict(papers or {})}
        fields = {"matter": json.dumps(matter, ensure_ascii=False), "roles": ",".join(files), "submit": "true"}
        body, media = _form(fields, [("file", path) for path in files.values()])
        return cast("dict[str, Any]", self._call("POST", "/reviews/brought", body, media=media, within=SENDING))

    def replace(self, review: str, document: Path, *, version: int) -> dict[str, Any]:
        """What was returned comes back with another document, and is submitted again. Raises."""
        fields = {"role": "text", "replace": "true", "submit": "true", "version": str(version)}
        body, media = _form(fields, [("file", document)])
        path = f"/reviews/{urllib.parse.quote(review)}/papers"
        return cast("dict[str, Any]", self._call("POST", path, body, media=media, within=SENDING))

    def follow(self, ref: str) -> dict[str, Any] | None:
        """The latest review of one of your numbers, None where there is none. Raises."""
        query = urllib.parse.urlencode({"system": self.system, "ref": ref, "limit": 1})
        found = self._call("GET", f"/reviews?{query}")["items"]
        return self._call("GET", f"/reviews/{found[0]['uid']}") if found else None

    # --- without the gate -------------------------------------------------------------------------------------------

    def fetch_keys(self) -> dict[str, Any]:
        """The public keys of passes; keep them."""
        self.keys = self._call("GET", "/gate/keys")
        return self.keys

    def fetch_ended(self) -> dict[str, Any]:
        """The signed list of passes that ended early; fetch it now and then."""
        self.ended = self._call("GET", "/gate/revoked")
        return self.ended

    def verify(self, token: str, document: Document, *, ref: str = "") -> Answer:
        """Does this pass speak for this document? Without the gate; a condition that comes before cannot be seen here."""
        return verify(
            token, digest_of(document), self.keys or {}, ended=self.ended, system=self.system, ref=ref,
            ended_for=self.ended_for,
        )  # fmt: skip

    def _without(self, ref: str, digest: str, kind: str, doing: str, shown: str, reason: str) -> Answer:
        """No answer: what was configured holds, and stands in the journal before anybody acts on it."""
        goes_on = self.when_down == "open"
        why = "The review gate cannot be reached."
        if self.when_down == "pass":
            seen = self.verify(shown, digest, ref=ref) if shown else Answer(False, "no_pass", "No pass was shown.")
            goes_on, why = seen.cleared, f"{why} {seen.why}"
        entry = {
            "uid": str(uuid.uuid4()), "system": self.system, "ref": ref, "digest": digest, "kind": kind or None,
            "doing": doing, "at": _now(), "went_on": goes_on, "reason": reason[:300], **({"shown": shown} if shown else {}),
        }  # fmt: skip
        try:
            self._write(entry)
        except OSError as error:
            return Answer(False, "unrecorded", f"{why} The journal cannot be written: {error}.", asked=False)
        return Answer(goes_on, f"unreachable_{'open' if goes_on else 'closed'}", why, asked=False)

    def _write(self, entry: dict[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            handle = os.open(self.journal, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                size = os.fstat(handle).st_size
                if size and _byte_at(handle, size - 1) != b"\n":  # a line that was cut off by a crash
                    line = b"\n" + line
                os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)

    # --- telling later ----------------------------------------------------------------------------------------------

    def tell(self, *, most: int = 0) -> int:
        """Tell the gate what stands in the journal and was not told yet; how many lines. Raises Unreachable.

        The journal itself stays as it is; beside it `.told` says how far it was told, `.refused` keeps lines that the
        gate does not take.
        """
        count = 0
        while True:
            at, lines = self._untold()
            if not lines:
                return count
            batch = lines[:BATCH]
            entries = [entry for entry in map(_parsed, batch) if entry is not None]
            self._keep_refused([line for line in batch if _parsed(line) is None], "not readable")
            if entries:
                self._tell(entries)
            self._set_told(at + sum(len(line) for line in batch))
            count += len(batch)
            if most and count >= most:
                return count

    def _tell(self, entries: list[dict[str, Any]]) -> None:
        try:
            self._call("POST", "/gate/unasked", {"unit": self.unit, "entries": entries})
        except Refused as error:
            if error.status in (401, 403):
                raise Unreachable(str(error)) from error  # a token that is wrong today may be right tomorrow
            if len(entries) == 1:
                self._keep_refused([json.dumps(entries[0], ensure_ascii=False).encode() + b"\n"], str(error))
                return
            for one in entries:
                self._tell([one])

    def _tell_quietly(self) -> None:
        try:
            self.tell(most=BATCH)  # the rest with the next questions: nobody waits for a long journal
        except (Unreachable, OSError):
            return

    def _untold(self) -> tuple[int, list[bytes]]:
        journal, told = Path(self.journal), Path(f"{self.journal}.told")
        if not journal.exists():
            return 0, []
        written = told.read_bytes() if told.exists() else b"0"
        at = int(written) if written.isdigit() else 0  # told again without harm
        size = journal.stat().st_size
        if at == size:
            return at, []
        at = at if at < size else 0  # another journal of the same name
        with journal.open("rb") as file:
            file.seek(at)
            return at, [line for line in file.read().splitlines(keepends=True) if line.endswith(b"\n")]

    def _set_told(self, at: int) -> None:
        draft = Path(f"{self.journal}.told.{uuid.uuid4().hex[:8]}")
        draft.write_text(str(at), encoding="ascii")
        os.replace(draft, f"{self.journal}.told")

    def _keep_refused(self, lines: list[bytes], why: str) -> None:
        if not lines:
            return
        with Path(f"{self.journal}.refused").open("ab") as file:
            for line in lines:
                file.write(json.dumps({"why": why, "line": line.decode(errors="replace").strip()}).encode() + b"\n")

    # --- HTTP -------------------------------------------------------------------------------------------------------

    def _call(
        self, method: str, path: str, body: Any = None, *, key: str = "", media: str = "application/json",
        within: float = 0.0,
    ) -> Any:  # fmt: skip
        """One request. Raises Unreachable where there is no answer that counts, Refused for a no of the server."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        if data is not None:
            headers["Content-Type"] = media
        if key:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(f"{self.url}{path}", data=data, headers=headers, method=method)  # noqa: S310
        seconds = within or self.timeout
        return _in_time(seconds, lambda: self._exchange(request, seconds))

    def _exchange(self, request: urllib.request.Request, seconds: float) -> Any:
        try:
            with self._opener.open(request, timeout=seconds) as response:
                return _json(response.read(LONGEST + 1))
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error) from error
        except http.client.InvalidURL as error:
            raise Refused("request.invalid", f"This cannot be asked: {error}") from error
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        except ValueError as error:  # a token with a line break in it, for instance: our fault, and no outage
            raise Refused("request.invalid", f"This cannot be asked: {error}") from error


def _in_time(seconds: float, act: Callable[[], Any]) -> Any:
    """What comes of an exchange, if it ends in time; one that does not is left to itself."""
    outcome: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((act(), None))
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits
            outcome.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        found, error = outcome.get(timeout=seconds)
    except queue.Empty:
        raise Unreachable(f"No answer within {seconds:g} seconds.") from None
    if error is not None:
        raise error
    return found


def _json(data: bytes) -> Any:
    if len(data) > LONGEST:
        raise Unreachable("The answer has no end.")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreachable(f"The answer cannot be read: {type(error).__name__}.") from error


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """The token goes to the address that was configured, and to no other."""

    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        return None


def _refusal(error: urllib.error.HTTPError) -> Exception:
    if error.code >= 500 or error.code in (408, 429):
        return Unreachable(f"HTTP {error.code}")
    if 300 <= error.code < 400:
        return Refused(
            f"http.{error.code}", f"The address leads to {error.headers.get('Location')}: configure that one."
        )
    try:
        said = json.loads(error.read(LONGEST))
        faults = "; ".join(f"{one['where']}: {one['what']}" for one in said.get("faults", ()))
        return Refused(
            str(said["code"]), " ".join(filter(None, [said["detail"], faults])), error.code, said.get("data")
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError, http.client.HTTPException):
        return Refused(f"http.{error.code}", f"HTTP {error.code}", error.code)


def _answer(said: Any) -> Answer:
    """What the gate has said; something else that answers at its address is no gate."""
    if not isinstance(said, dict) or not isinstance(said.get("cleared"), bool):
        raise Unreachable("What answers there is no review gate.")
    use = said.get("use")
    return Answer(
        cleared=said["cleared"], code=str(said.get("code")), why=str(said.get("why")),
        number=str(said.get("number") or ""), passed=str(said.get("pass") or ""),
        expires_on=str(said.get("expires_on") or ""), use=use if isinstance(use, dict) else None,
    )  # fmt: skip


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _now() -> str:
    return datetime.now(UTC).isoformat()  # noqa: TID251 - this file stands alone


def _byte_at(handle: int, at: int) -> bytes:
    os.lseek(handle, at, os.SEEK_SET)
    return os.read(handle, 1)


def _form(fields: Mapping[str, str], files: list[tuple[str, Path]]) -> tuple[bytes, str]:
    """A form with files (multipart/form-data)."""
    mark = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, path in files:
        called = path.name.replace('"', "%22").replace("\r", " ").replace("\n", " ")
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{called}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + path.read_bytes() + b"\r\n")
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"


def digest_of(document: Document) -> str:
    """SHA-256 of a document: its bytes, the file at a path, or the digest itself."""
    if isinstance(document, bytes):
        return hashlib.sha256(document).hexdigest()
    if isinstance(document, str) and len(document) == 64 and set(document.lower()) <= set("0123456789abcdef"):
        return document.lower()
    seen = hashlib.sha256()
    with Path(document).open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            seen.update(piece)
    return seen.hexdigest()


# --- messages from the gate -----------------------------------------------------------------------------------------


def message(secret: str, headers: Mapping[str, str], body: bytes, *, within: float = 300.0) -> dict[str, Any]:
    """A message that really came from the installation, not long ago; ValueError for every other.

    `Guiju-Event` is the same at every attempt: whoever keeps the ids he has seen takes each event once.
    """
    given = {name.lower(): value for name, value in headers.items()}
    parts = dict(part.partition("=")[::2] for part in given.get("guiju-signature", "").split(","))
    at = parts.get("t", "")
    if not at.isdecimal() or abs(time.time() - int(at)) > within:
        raise ValueError("The message is old, or says no time.")
    made = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(made, parts.get("v1", "")):
        raise ValueError("The message was not signed with this secret.")
    found: dict[str, Any] = json.loads(body)
    return found


# --- checking a pass without the gate -------------------------------------------------------------------------------


def verify(
    token: str, digest: str, keys: Mapping[str, Any], *, ended: Mapping[str, Any] | None = None, system: str = "",
    ref: str = "", ended_for: float = 24 * 3600.0,
) -> Answer:  # fmt: skip
    """What a pass says of a document. Cleared only with a fresh list of ended passes and no condition before it."""
    bad, said = _signed(token, keys, "guiju-pass+jwt") if len(token) <= LONGEST_PASS else ("malformed", {})
    if bad:
        return Answer(False, bad, "The pass is not one that the known keys have signed.", asked=False)
    listed, gone = _signed(str((ended or {}).get("list") or ""), keys, "guiju-passes-ended+jwt")
    papers, digest = {one["sha256"]: one["role"] for one in said.get("papers", ())}, digest.lower()
    bound = bool(said.get("ref"))  # what was brought on the pages is bound to its document alone
    checks = (
        (said.get("exp", 0) > time.time(), "expired", "The pass has expired."),
        (not listed and time.time() - gone.get("iat", 0) <= ended_for, "no_list", "The list of ended passes is old."),
        (_is_known(token, keys, gone), "withdrawn_key", "Its key was withdrawn, and its issuer knows no such pass."),
        (said.get("jti") not in {one[0] for one in gone.get("ended", ())}, "revoked", "The pass was withdrawn."),
        (said.get("system") == system or not (system and bound), "foreign", "The pass is another system's."),
        (said.get("ref") == ref or not (ref and bound), "foreign", "The pass was issued for another number."),
        (digest in papers, "changed", "This document is not the one that was reviewed."),
        (papers.get(digest) == "text", "attachment", "This document was only an attachment of the review."),
        (not any(one.get("before") for one in said.get("conditions", ())), "condition", "A condition comes before."),
    )
    number, code = str(said.get("sub") or ""), str(said.get("code") or "")
    for holds, word, why in checks:
        if not holds:
            return Answer(False, word, why, asked=False, number=number, passed=code)
    return Answer(True, "verified", "The pass holds for this document.", asked=False, number=number, passed=code)


def _is_known(token: str, keys: Mapping[str, Any], listed: Mapping[str, Any]) -> bool:
    """Of what a key signed that may be in other hands, only the very passes that the list names hold."""
    text = "".join(token.split())
    kid = json.loads(_unbase(text.split(".")[0])).get("kid")
    rows = [one for one in listed.get("withdrawn", ()) if one.get("kid") == kid]
    if not rows and not any(one.get("withdrawn_at") for one in keys.get("keys", ()) if one.get("kid") == kid):
        return True
    return any(hashlib.sha256(text.encode()).hexdigest() in one.get("passes", ()) for one in rows)


def _signed(token: str, keys: Mapping[str, Any], kind: str) -> tuple[str, dict[str, Any]]:
    try:
        head, body, signature = "".join(token.split()).split(".")  # mail breaks long lines
        said = json.loads(_unbase(head))
        key = next((one for one in keys.get("keys", ()) if one["kid"] == said.get("kid")), None)
        if key is None or (said.get("alg"), said.get("typ")) != ("EdDSA", kind) or "crit" in said:
            return "unknown_key", {}
        if not _ed25519(_unbase(key["x"]), _unbase(signature), f"{head}.{body}".encode()):
            return "forged", {}
        if key.get("withdrawn_at") and kind != "guiju-pass+jwt":
            return "withdrawn_key", {}
        found = json.loads(_unbase(body))
        return ("", found) if isinstance(found, dict) else ("malformed", {})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "malformed", {}


def _unbase(text: str) -> bytes:
    if set(text) & set("+/="):
        raise ValueError("This is another alphabet.")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_Point = tuple[int, int, int, int]


def _ed25519(key: bytes, signature: bytes, message: bytes) -> bool:
    """RFC 8032, for checking only: nothing secret passes through here."""
    a = _open(key)
    s = int.from_bytes(signature[32:], "little")
    if a is None or len(signature) != 64 or s >= _L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _L
    base = _open(b"\x58" + b"\x66" * 31)
    assert base is not None
    minus = (-a[0] % _P, a[1], a[2], -a[3] % _P)
    return _close(_add(_times(base, s), _times(minus, h))) == signature[:32]


def _open(data: bytes) -> _Point | None:
    if len(data) != 32:
        return None
    whole = int.from_bytes(data, "little")
    sign, y = whole >> 255, whole & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if (x & 1) != sign else x
    return x, y, 1, x * y % _P


def _close(point: _Point) -> bytes:
    z = pow(point[2], _P - 2, _P)
    x, y = point[0] * z % _P, point[1] * z % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _add(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(point: _Point, scalar: int) -> _Point:
    total: _Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point, scalar = _add(point, point), scalar >> 1
    return total
