"""The review pass (审查通行证): a signed statement of what exactly was reviewed, that anybody can check offline.

A pass is a JWS (RFC 7515, EdDSA with Ed25519) whose payload names the matter, the SHA-256 of every paper and of the
form, and the last day on which it holds. One changed byte is another digest: the pass does not speak for it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.review import keeping, ledger, subjects
from guiju.review.enums import SETTLED_CONDITIONS, MatterState
from guiju.review.models import Matter, Pass, PassDigest, PassKey
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.models import Log

TYPE, LIST_TYPE = "guiju-pass+jwt", "guiju-passes-ended+jwt"
ALGORITHM = "EdDSA"
#: Letters of a short code: none that looks like another.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = 8
#: No pass is longer: forty papers, and conditions in many words.
LONGEST = 100_000


def issue(matter: Matter, *, by: Actor, days: int | None = None) -> Pass:
    """Sign a pass for a matter that has passed; one before it that still lived ends."""
    subject = subjects.get(matter.kind)
    for earlier in matter.passes.filter(revoked_at__isnull=True):
        end(earlier, _("A later pass took its place."), by=by)
    now = clock.now()
    row = Pass(
        matter=matter, code=_code(), system=matter.system, ref=matter.ref, issued_at=now,
        expires_on=clock.today() + timedelta(days=days or subject.days), version=1,
    )  # fmt: skip
    # The same bytes may be attached twice: what is to be signed counts as that.
    papers = sorted(keeping.current_papers(matter), key=lambda one: one.role == subjects.TEXT)
    digests = {one.digest: one.role for one in papers}
    row.token, row.key_id = sign(payload(matter, row, digests))
    row.save()
    PassDigest.objects.bulk_create(PassDigest(issued=row, digest=digest, role=role) for digest, role in digests.items())
    return row


def payload(matter: Matter, row: Pass, digests: Mapping[str, str]) -> dict[str, Any]:
    """What the pass says. `exp` is the end of its last day."""
    ends = datetime.combine(row.expires_on + timedelta(days=1), time.min, tzinfo=clock.SHANGHAI)
    return {
        "iss": _origin(),
        "jti": str(row.uid),
        "code": row.code,
        "sub": matter.number,
        "matter": str(matter.uid),
        "unit": {"code": matter.unit.code, "name": matter.unit.name},
        "kind": matter.kind,
        "title": matter.title,
        "system": matter.system,
        "ref": matter.ref,
        "outcome": str(matter.outcome),
        "lifted": bool(matter.veto.get("lifted")),
        "papers": [{"role": role, "sha256": digest} for digest, role in sorted(digests.items())],
        "form": keeping.form_digest(matter),
        "conditions": [
            {"text": one.text, "due_on": one.due_on.isoformat(), "before": one.before}
            for one in matter.conditions.exclude(state__in=SETTLED_CONDITIONS).order_by("ordinal")
        ],
        "iat": int(row.issued_at.timestamp()),
        "exp": int(ends.timestamp()),
    }


def end(row: Pass, reason: str, *, by: Actor) -> None:
    """The pass holds no longer; the list of ended passes names it from now on."""
    row.revoked_at, row.revoked_by, row.reason = clock.now(), by.name[:80], reason[:300]
    row.version += 1
    row.save(update_fields=["revoked_at", "revoked_by", "reason", "version"])


def end_previous(matter: Matter, *, by: Actor) -> None:
    """The matter in whose place this one stands loses its pass: of two texts under one number the later holds."""
    held = Pass.objects.filter(matter__uid=matter.previous, revoked_at__isnull=True) if matter.previous else ()
    for row in held:
        earlier = keeping.locked(row.matter)
        reason = _("%(number)s took its place.") % {"number": matter.number}
        end(row, reason, by=by)
        run = keeping.last_run(earlier)
        if run is not None:
            ledger.write(earlier, run, by=by)
        keeping.save(earlier, Action.REVIEW_VOIDED, by=by, reason=reason)


def ended() -> dict[str, Any]:
    """The list of passes that ended before their last day, signed: who checks offline asks for it now and then.

    It names passes by their ids only; what they were about, those who hold them know. A pass that is suspended stands in
    it while it is (`stayed` says which of them those are), and no longer once it holds again.
    """
    rows = Pass.objects.filter(revoked_at__isnull=False, expires_on__gte=clock.today()).order_by("revoked_at", "pk")
    now = int(clock.now().timestamp())
    gone = [[str(uid), int(at.timestamp())] for uid, at in rows.values_list("uid", "revoked_at") if at]
    stayed = _stayed()
    gone += stayed
    said = {
        "iss": _origin(), "iat": now, "ended": gone, "stayed": [uid for uid, _at in stayed], "withdrawn": _withdrawn(),
    }  # fmt: skip
    token, _key = sign(said, kind=LIST_TYPE)
    return {"issued_at": now, "count": len(gone), "list": token}


def _stayed() -> list[list[Any]]:
    """Passes that are suspended now, each with the moment since when."""
    rows = Pass.objects.filter(matter__state=MatterState.STAYED, revoked_at__isnull=True, expires_on__gte=clock.today())
    found = rows.order_by("pk").values_list("uid", "matter__veto", "matter__stayed")
    since = [(uid, datetime.fromisoformat((veto.get("stayed") or stayed)["at"])) for uid, veto, stayed in found]
    return [[str(uid), int(at.timestamp())] for uid, at in since]


def _withdrawn() -> list[dict[str, Any]]:
    """Keys that may be in other hands, each with the digests of the very passes that it signed here and that still live."""
    keys = dict(PassKey.objects.filter(withdrawn_at__isnull=False).order_by("pk").values_list("key_id", "withdrawn_at"))
    held: dict[str, list[str]] = {key: [] for key in keys}
    rows = Pass.objects.filter(key_id__in=held, revoked_at__isnull=True, expires_on__gte=clock.today()).order_by("pk")
    for key, token in rows.values_list("key_id", "token"):
        held[key].append(digest_of(token))
    return [{"kid": key, "at": int(at.timestamp()), "passes": held[key]} for key, at in keys.items() if at]


def digest_of(token: str) -> str:
    """SHA-256 of the text of a pass, without line breaks."""
    return hashlib.sha256("".join(token.split()).encode()).hexdigest()


def _code() -> str:
    while True:
        code = "".join(secrets.choice(_LETTERS) for _letter in range(_CODE))
        if not Pass.objects.filter(code=code).exists():
            return code


def _origin() -> str:
    log = Log.objects.first()
    return log.origin if log is not None else "guiju"


# --- keys -----------------------------------------------------------------------------------------------------------


def path() -> Path:
    """Where the private key lies: beside the key of the log, never in the database and never in a backup."""
    return Path(settings.KEYS) / "review.key"


def sign(said: Mapping[str, Any], *, kind: str = TYPE) -> tuple[str, str]:
    """The token and the id of the key that signed it."""
    private, key_id = _private()
    headers = {"kid": key_id, "typ": kind}
    return jwt.encode(dict(said), private, algorithm=ALGORITHM, headers=headers), key_id


def _private() -> tuple[Ed25519PrivateKey, str]:
    private, row = _kept()
    if row.withdrawn_at is not None:  # somebody has put its file back
        raise Problem(
            "review.key",
            _("The key in %(path)s was withdrawn and signs nothing more.") % {"path": path()},
            fix=_("Make a new one: guiju review newkey"),
        )
    return private, row.key_id


def _kept() -> tuple[Ed25519PrivateKey, PassKey]:
    """The key that lies there, made where there is none; its public half is on record."""
    file = path()
    if not file.exists():
        _make(file)
    private = _loaded(str(file), file.stat().st_mtime_ns)
    public = _b64(private.public_key().public_bytes_raw())
    row, _made = PassKey.objects.get_or_create(
        key_id=thumbprint(public), defaults={"public": public, "made_at": clock.now()}
    )
    return private, row


def _make(file: Path) -> None:
    """A new key. Under a name of its own first: another process that starts now sees the whole key or none."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.with_name(f"review-{secrets.token_hex(8)}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(_b64(Ed25519PrivateKey.generate().private_bytes_raw()) + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:  # another process was quicker
        pass
    except OSError:  # a file system without links
        draft.replace(file)
    draft.unlink(missing_ok=True)


@transaction.atomic
def replace(*, by: Actor) -> tuple[str, Path | None]:
    """A new key signs from now on: its id, and where the earlier one was set aside. What that one signed holds on."""
    file, aside = path(), None
    if file.exists():
        _key, earlier = _kept()  # its public half is kept before the file goes
        aside = file.with_name(f"review-{earlier.key_id}.key")
        file.replace(aside)
    key_id = _private()[1]
    _tell(Action.REVIEW_KEY_MADE, key_id, by=by)
    return key_id, aside


@transaction.atomic
def withdraw(key_id: str, *, reason: str, by: Actor) -> tuple[PassKey, int]:
    """The key may be in other hands: of what it signed only the passes that are known here hold. How many those are.

    Where it signs still, a new one takes its place first.
    """
    row = PassKey.objects.filter(key_id=key_id).first()
    said = " ".join(reason.split())[:300]
    if row is None:
        raise NotFound(_("There is no key %(id)s.") % {"id": key_id}, fix=_("Known are: guiju review keys"))
    if row.withdrawn_at is not None:
        raise Conflict(_("This key was withdrawn already."), code="review.key_withdrawn")
    if not said:
        raise Problem("review.reason", _("Please give the reason."), fix=_("One sentence is enough."), where="reason")
    if path().exists() and _kept()[1].pk == row.pk:
        replace(by=by)
    row.withdrawn_at, row.reason = clock.now(), said
    row.save(update_fields=["withdrawn_at", "reason"])
    _tell(Action.REVIEW_KEY_WITHDRAWN, key_id, by=by, reason=said)
    return row, next(len(one["passes"]) for one in _withdrawn() if one["kid"] == key_id)


def _tell(action: Action, key_id: str, *, by: Actor, reason: str = "") -> None:
    trail.record(
        action, by=by, unit=None, object_type="pass_key", object_id=key_id, content={"kid": key_id}, title=key_id,
        reason=reason,
    )  # fmt: skip


@lru_cache(maxsize=2)
def _loaded(file: str, _changed: int) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(_unb64(Path(file).read_text(encoding="ascii").strip()))
    except ValueError as error:
        raise Problem(
            "review.key",
            _("The key that signs passes cannot be read: %(path)s.") % {"path": file},
            fix=_("Put the key file back from where you keep it."),
        ) from error


def thumbprint(public: str) -> str:
    """The id of a key: its JWK thumbprint (RFC 7638)."""
    from hashlib import sha256

    jwk = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": public}, separators=(",", ":"), sort_keys=True)
    return _b64(sha256(jwk.encode()).digest())


def published() -> dict[str, Any]:
    """All public keys as a JWK set (RFC 7517): who has it needs nothing else to check a pass."""
    _private()
    return known()


def known() -> dict[str, Any]:
    """The public keys that have signed here, as a JWK set."""
    rows = PassKey.objects.order_by("pk")
    return {
        "keys": [
            {
                "kty": "OKP", "crv": "Ed25519", "alg": ALGORITHM, "use": "sig", "kid": one.key_id, "x": one.public,
                **({"withdrawn_at": int(one.withdrawn_at.timestamp()), "reason": one.reason} if one.withdrawn_at else {}),
            }
            for one in rows
        ]
    }  # fmt: skip


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


# --- checking -------------------------------------------------------------------------------------------------------


def read(token: str, keys: Mapping[str, Any], *, at: datetime | None = None) -> dict[str, Any]:
    """What a pass says, if one of the keys signed it and it has not expired; needs no database.

    Raises `Problem` with code `pass.malformed`, `pass.unknown_key`, `pass.forged` or `pass.expired`.
    """
    said = signed(token, keys, kind=TYPE)
    if not isinstance(said.get("exp"), int) or not isinstance(said.get("papers"), list) or "jti" not in said:
        raise _bad("pass.malformed", _("This is no review pass."), _("Give the whole text of the pass."))
    if said["exp"] <= (at or clock.now()).timestamp():
        raise _bad("pass.expired", _("The pass has expired."), _("Have the matter reviewed again."))
    return said


def signed(token: str, keys: Mapping[str, Any], *, kind: str) -> dict[str, Any]:
    """What a token of this kind says, if one of the keys signed it. Line breaks, as mail makes them, do not count."""
    token = "" if kind == TYPE and len(token) > LONGEST else "".join(token.split())
    try:
        head = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, RecursionError, UnicodeError) as error:
        raise _bad("pass.malformed", _("This is no review pass."), _("Give the whole text of the pass.")) from error
    key = next((one for one in keys.get("keys", ()) if one.get("kid") == head.get("kid")), None)
    if key is None or head.get("typ") != kind or head.get("alg") != ALGORITHM:
        raise _bad(
            "pass.unknown_key",
            _("None of the known keys has signed this pass."),
            _("It was issued by another installation, or it is forged. Fetch the issuer's keys anew."),
        )
    if kind == LIST_TYPE and key.get("withdrawn_at"):
        what = _("The key that signed this was withdrawn.")
        raise _bad("pass.withdrawn_key", what, _("Fetch keys and list of the issuer anew."))
    try:
        public = Ed25519PublicKey.from_public_bytes(_unb64(str(key["x"])))
        said: dict[str, Any] = jwt.decode(
            token, public, algorithms=[ALGORITHM], options={"verify_exp": False, "verify_iat": False}
        )
    except (jwt.InvalidTokenError, ValueError, KeyError) as error:
        raise _bad(
            "pass.forged", _("The signature does not fit: the pass was changed."), _("Do not carry it out.")
        ) from error
    return said


def key_of(token: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """The key that a token names, of those given."""
    kid = jwt.get_unverified_header("".join(token.split())).get("kid")
    return next((one for one in keys.get("keys", ()) if one.get("kid") == kid), {})


def covers(said: Mapping[str, Any], digests: Iterable[str]) -> list[str]:
    """Those of the digests that the pass does not speak for."""
    known = {str(one.get("sha256")) for one in said.get("papers", ())}
    return [digest for digest in digests if digest not in known]


def _bad(code: str, what: str, fix: str) -> Problem:
    return Problem(code, what, fix=fix, where="pass", status=422)
