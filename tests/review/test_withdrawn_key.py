"""A stolen key is withdrawn: what is known to have been signed with it holds on, and nothing else, online and offline."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import jwt
import pytest

from guiju.access.actor import system
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.review import gate, offline, passes
from guiju.review.models import Pass, PassKey
from guiju.trail.events import Action
from guiju.trail.models import Event
from tests.cli import conftest as cli
from tests.conftest import Cast
from tests.review.house import Reviewers, paper, passed, reviewers

pytestmark = pytest.mark.django_db

Run = Callable[..., cli.Ran]
guiju = cli.guiju


@pytest.fixture
def them(cast: Cast, settings: Any, tmp_path: Path) -> Reviewers:
    settings.KEYS = tmp_path / "keys"
    return reviewers(cast)


@pytest.fixture
def client() -> Iterator[ModuleType]:
    """The file that other systems copy."""
    folder = str(Path(__file__).parents[2] / "examples")
    sys.path.insert(0, folder)
    import gate_client

    yield gate_client
    sys.path.remove(folder)


class Thief:
    """Whoever has a copy of the key signs what he likes."""

    def __init__(self, issued: Pass) -> None:
        self.private, self.key_id = passes._private()
        self.said = passes.read(issued.token, passes.known())

    def signs(self, kind: str = passes.TYPE, **more: Any) -> str:
        headers = {"kid": self.key_id, "typ": kind}
        return jwt.encode(self.said | more, self.private, algorithm="EdDSA", headers=headers)


def checks(client: ModuleType, token: str) -> tuple[str, str]:
    """What both checkers say that need no installation: with keys and list as they are published now."""
    digest, keys, ended = paper()["digest"], passes.published(), passes.ended()
    ours = offline.check(token=token, digest=digest, keys=keys, ended=ended)
    return ours.result, client.verify(token, digest, keys, ended=ended).code


def test_the_pass_that_is_known_holds_on_and_a_forged_one_does_not(them: Reviewers, client: ModuleType) -> None:
    old = passed(them).passes.get()
    thief = Thief(old)
    assert checks(client, thief.signs(jti=str(uuid4()))) == ("verified", "verified"), "nobody can tell them apart yet"
    row, held = passes.withdraw(old.key_id, reason="服务器被侵入", by=system("guiju"))
    assert Event.objects.get(action=Action.REVIEW_KEY_WITHDRAWN).object_id == old.key_id
    assert (held, row.reason) == (1, "服务器被侵入")
    assert checks(client, old.token) == ("verified", "verified")
    back = int((clock.now() - timedelta(days=30)).timestamp())
    for forged in (thief.signs(jti=str(uuid4())), thief.signs(iat=back), thief.signs(title="别的")):
        assert checks(client, forged) == ("withdrawn_key", "withdrawn_key")
    new = passed(them, ref="HT-2").passes.get()
    assert new.key_id != old.key_id
    assert checks(client, new.token) == ("verified", "verified")


def test_without_the_list_nothing_that_it_signed_holds_and_a_list_of_the_thief_counts_for_nothing(
    them: Reviewers, client: ModuleType
) -> None:
    old = passed(them).passes.get()
    thief = Thief(old)
    passes.withdraw(old.key_id, reason="服务器被侵入", by=system("guiju"))
    assert offline.check(token=old.token, digest="0", keys=passes.published()).result == "withdrawn_key"
    own = {"withdrawn": [{"kid": old.key_id, "at": 0, "passes": [passes.digest_of(old.token)]}], "ended": []}
    made = {"list": thief.signs(passes.LIST_TYPE, **own)}
    with pytest.raises(Problem):
        offline.check(token=old.token, digest="0", keys=passes.published(), ended=made)
    assert client.verify(old.token, "0", passes.published(), ended=made).code == "no_list"


def test_the_gate_knows_its_own_words(them: Reviewers) -> None:
    old = passed(them).passes.get()
    forged = Thief(old).signs(title="别的")
    asked = {"system": "oa", "ref": "HT-2026-001", "digest": paper()["digest"], "by": them.by("head")}
    assert gate.ask(**asked, shown=forged).code == "forged"
    assert gate.ask(**asked, shown=old.token).cleared


def test_a_key_that_was_withdrawn_signs_nothing_when_its_file_is_put_back(them: Reviewers, tmp_path: Path) -> None:
    old = passed(them).passes.get()
    shutil.copy(passes.path(), tmp_path / "copy")
    passes.withdraw(old.key_id, reason="服务器被侵入", by=system("guiju"))
    shutil.copy(tmp_path / "copy", passes.path())
    with pytest.raises(Problem) as refused:
        passes.ended()
    assert refused.value.code == "review.key"
    key_id, _aside = passes.replace(by=system("guiju"))
    assert key_id != old.key_id
    assert passes.ended()["count"] == 0


def test_the_command_withdraws_it_once_and_asks_for_a_reason(them: Reviewers, guiju: Run) -> None:
    old = passed(them).passes.get()
    withdraw = ("review", "withdraw-key", "--reason", "失窃", "--")
    assert guiju("review", "withdraw-key", "--", old.key_id).code == 2
    assert guiju(*withdraw, "nothing").code == 2
    done = guiju(*withdraw, old.key_id)
    assert (done.code, "1" in done.out) == (0, True)
    assert guiju(*withdraw, old.key_id).code != 0
    (marked,) = [one for one in json.loads(guiju("review", "keys").out)["keys"] if "withdrawn_at" in one]
    assert (marked["kid"], marked["reason"]) == (old.key_id, "失窃")
    assert PassKey.objects.filter(withdrawn_at__isnull=True).count() == 1
