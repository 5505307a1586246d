"""The documents as pages."""

from __future__ import annotations

from guiju.lib import clock
from guiju.packs import catalogue
from guiju.posture import actions
from guiju.web import links
from tests.conftest import Cast, english
from tests.web.conftest import URN, Firm


def _page(cast: Cast, path: str) -> str:
    return english(cast.client(cast.lin)).get(path).content.decode()


def test_documents_are_listed_without_the_base(cast: Cast) -> None:
    body = _page(cast, "/packs/")
    assert f"/packs/{URN}/" in body
    assert "guiju:base" not in body


def test_a_document_shows_its_own_words_beside_ours(cast: Cast) -> None:
    body = _page(cast, f"/packs/{URN}/")
    assert "企业制定某个机构作为企业合规最高领导机构" in body
    assert "附录A 表A.1 一(一) 中型企业 第1行" in body


def test_a_size_leaves_only_what_holds_for_it(cast: Cast) -> None:
    body = _page(cast, f"/packs/{URN}/?size=micro")
    assert 'id="r-A.1.1-m01"' not in body
    assert 'id="r-A.1.1-s01"' in body


def test_words_of_the_document_are_found(cast: Cast) -> None:
    body = _page(cast, f"/packs/{URN}/?q=合规联络员")
    assert "合规联络员" in body
    assert 'id="r-A.1.1-m01"' not in body


def test_those_who_answer_to_it_are_named_within_the_scope(firm: Firm) -> None:
    assert "华东建设集团有限公司" in firm.page(f"/packs/{URN}/")
    assert "华东建设集团有限公司" not in firm.page(f"/packs/{URN}/", "tan")


def test_a_document_that_is_not_loaded_is_not_found(cast: Cast) -> None:
    assert cast.client(cast.lin).get("/packs/cn:none:none/").status_code == 404


GIST = "cn:sasac:order-42"
SAYS_SO = "Gist, not the original words"


def test_a_gist_says_that_it_is_one_wherever_it_is_shown(firm: Firm) -> None:
    document = catalogue.current(GIST)
    actions.adopt(unit=firm.cast.group, pack=document, by=firm.by, mode="voluntary", from_on=clock.today())
    code = firm.cast.group.code
    listed = firm.page(f"/packs/{GIST}/")
    # In the banner, and beside each of the words.
    assert listed.count(SAYS_SO) > listed.count('id="r-') > 0
    for path in (
        links.posture(code, GIST),
        links.finding(code, GIST, "11"),
        f"/packs/{GIST}/text/",
    ):
        assert SAYS_SO in firm.page(path), path


def test_the_documents_own_words_need_no_such_word(firm: Firm) -> None:
    assert SAYS_SO not in firm.page(f"/packs/{URN}/")
    assert SAYS_SO not in firm.page(links.finding(firm.cast.group.code, URN, "A.1.1-m01"))
