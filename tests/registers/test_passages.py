"""What a rule or a file says is found clause by clause, by whoever may see the record and nobody else."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from guiju.access import scope
from guiju.access.permissions import Permission
from guiju.registers import actions, passages
from guiju.registers.models import Entry, Passage
from tests.conftest import Cast

CLAUSES = (("第一章 第三条", "采购金额五十万元以上的，应当公开招标。"), ("第二章 第七条", "未经合规审查不得用印。"))


def _policy(cast: Cast, **values: Any) -> Entry:
    given = {"name": "采购管理办法", "mechanism": "business", "issued_on": "2025-01-10", **values}
    return actions.create(register="policies", unit=cast.group, values=given, by=cast.actor(cast.lin))


def _found(cast: Cast, query: str, *, user: str = "lin") -> list[tuple[str, str]]:
    by = cast.actor(getattr(cast, user))
    rows = scope.restrict(Entry.objects.all(), by=by, permission=Permission.REGISTER_ENTRY_VIEW)
    return [(hit.place, "".join(part for part, is_hit in hit.segments if is_hit)) for hit in passages.find(rows, query)]


def test_two_characters_find_the_clause_and_are_marked(cast: Cast) -> None:
    entry = _policy(cast)
    passages.replace(entry, "v1", CLAUSES)
    assert _found(cast, "用印") == [("第二章 第七条", "用印")]
    assert _found(cast, "招标 采购") == [("第一章 第三条", "采购招标")]
    assert _found(cast, "用章") == []


def test_a_later_version_takes_the_place_of_the_one_before(cast: Cast) -> None:
    entry = _policy(cast)
    passages.replace(entry, "v1", CLAUSES)
    passages.replace(entry, "v1", CLAUSES[:1])
    assert _found(cast, "用印") == []
    assert len(_found(cast, "招标")) == 1


def test_strangers_find_nothing(cast: Cast) -> None:
    passages.replace(_policy(cast), "v1", CLAUSES)
    assert _found(cast, "用印", user="ou") == []


def test_a_removed_record_takes_its_passages_with_it(cast: Cast) -> None:
    entry = _policy(cast)
    passages.replace(entry, "v1", CLAUSES)
    actions.remove(entry=entry, version=entry.version, by=cast.actor(cast.lin), reason="重复登记")
    assert not Passage.objects.exists()
    assert _found(cast, "用印") == []


def test_a_long_clause_is_cut_at_a_sentence_and_nothing_is_lost(cast: Cast) -> None:
    words = "".join(f"第{number}句讲的是印章管理。" for number in range(400))
    made = passages.replace(_policy(cast), "v1", [("第一条", words)])
    assert made > 1
    assert "".join(Passage.objects.order_by("ordinal").values_list("text", flat=True)) == words


@given(st.text(alphabet="合规审查印章采购abc12。，\n", min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_cutting_loses_nothing_whatever_the_words(words: str) -> None:
    assert "".join(passages._cut(words * 9)) == (words * 9).strip()
