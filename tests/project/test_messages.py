"""The Chinese catalogue is complete, and reads as Chinese."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from guiju.web import messages as compiler
from tests.conftest import Cast, english
from tools import messages

PLACEHOLDER = re.compile(r"%(?:\(\w+\)[sd]|%)|%[sd]")
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")
# After a Chinese character, a closing quotation mark or bracket, punctuation is full-width.
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”》）][,;:!?()]|[\u4e00-\u9fff”》）]\.(?![A-Za-z])|[,;!?()](?=[\u4e00-\u9fff])")
# Signs and figures that need no word.
WORDLESS = re.compile(r"(?:%\(\w+\)[sd]|[“”，。、：；（）／/ \d]|H1|Q1|或)*")
NAMES = {
    *("Excel", "WPS", "Word", "PowerPoint", "Office", "PDF", "OFD", "RTF", "XML", "YAML", "JSON", "zip", "csv"),
    *("OA", "ERP", "TLS", "URN", "URL", "API", "UTF", "SHA", "ASCII", "MB", "KB", "Python", "SQLite", "PostgreSQL"),
}
PAGES = "account_login desk registers register register-new unit-tree unit packs me nothing".split()


@pytest.fixture(scope="module")
def catalogue() -> messages.Catalog:
    return messages.read(messages.CATALOGUE)


@pytest.fixture(scope="module")
def source() -> messages.Found:
    return messages.collect()


@pytest.fixture
def compiled(tmp_path, settings):
    """The catalogue as it stands, compiled aside: what `make assets` left may be older."""
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(messages.CATALOGUE, folder)
    missing = compiler.compile_all(folder=tmp_path)
    settings.LOCALE_PATHS = [tmp_path]
    return missing


def entries(catalogue: messages.Catalog) -> Iterator[tuple[str, str]]:
    """Message and translation; of two forms the plural one, whose figure is always named."""
    for message in catalogue:
        if message.id:
            yield (
                message.id if isinstance(message.id, str) else message.id[1],
                message.string if isinstance(message.string, str) else message.string[0],
            )


def shown(address: str, *, cast: Cast, language: str) -> str:
    """A page as its reader gets it; the page for signing in by a stranger, all others by somebody who is signed in."""
    client = english(Client()) if language == "en" else Client(headers={"accept-language": "en"})
    if address != "account_login":
        client.force_login(cast.lin)
    about = {"unit": [cast.sub.code], "register": ["policies"], "register-new": ["policies"]}
    url = "/no/such/page/" if address == "nothing" else reverse(address, args=about.get(address))
    return client.get(url, follow=True).content.decode()


def test_every_message_of_the_source_is_in_the_catalogue_and_no_other(catalogue, source):
    there = {
        (message.context or "", *((message.id, "") if isinstance(message.id, str) else message.id))
        for message in catalogue
        if message.id
    }
    wanted = {(context, msgid, message.plural) for (context, msgid), message in source.messages.items()}
    assert (wanted - there, there - wanted) == (set(), set()), "run: make messages"


def test_no_message_is_put_together_before_it_is_looked_up(source):
    assert source.faults == []


def test_every_message_has_its_chinese(catalogue):
    assert [msgid for msgid, words in entries(catalogue) if not words] == []


def test_nothing_doubtful_or_forgotten_is_kept(catalogue):
    assert [message.id for message in catalogue if message.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_the_catalogue_tells_nothing_of_who_wrote_it_when():
    text = messages.CATALOGUE.read_text(encoding="utf-8")
    assert re.findall(r"(?m)^\"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team):.*", text) == []
    assert re.findall(r"(?m)^#: .*:\d+", text) == []


def test_figures_and_names_stand_in_both_languages(catalogue):
    def figures(text: str) -> set[str]:
        return {found[0] for found in PLACEHOLDER.finditer(text)}

    assert {msgid: words for msgid, words in entries(catalogue) if figures(msgid) != figures(words)} == {}


def test_chinese_is_chinese(catalogue):
    wrong = {
        msgid: words
        for msgid, words in entries(catalogue)
        if not HAN.search(words) and not WORDLESS.fullmatch(words) and words != msgid
    }
    assert wrong == {}


def test_no_english_is_left_on_a_chinese_page(catalogue):
    """A Latin word is a name that we know, or it is quoted from the message: a command, a key of a file."""
    wrong = {}
    for msgid, words in entries(catalogue):
        shown = PLACEHOLDER.sub(" ", words)
        left = set(LATIN.findall(shown)) - NAMES - set(LATIN.findall(msgid))
        if left:
            wrong[msgid] = left
    assert wrong == {}


def test_chinese_sentences_use_chinese_punctuation(catalogue):
    assert {msgid: words for msgid, words in entries(catalogue) if HALF_WIDTH.search(words)} == {}


def test_the_reader_is_not_addressed(catalogue):
    assert {msgid: words for msgid, words in entries(catalogue) if "您" in words or "你" in words} == {}


def test_a_sentence_ends_as_a_sentence(catalogue):
    """A label has no full stop in either language, a sentence has one in both."""
    wrong = {
        msgid: words
        for msgid, words in entries(catalogue)
        if re.search(r"\w\.$", msgid) and len(msgid) > 1 and not re.search(r"[。？！…）”]$", words)
    }
    assert wrong == {}


def test_the_catalogue_compiles(compiled):
    assert compiled == []
    with translation.override("zh-hans"):
        assert translation.gettext("Nothing was saved.") == "没有保存任何内容。"
        assert translation.pgettext("person", "Name") == "姓名"
        assert translation.ngettext("1 person", "%(n)s people", 3) == "%(n)s 人"


@pytest.mark.parametrize("address", PAGES)
def test_a_chinese_page_shows_no_english_message(compiled, source, cast, address):
    page = shown(address, cast=cast, language="zh-CN")
    assert HAN.search(page)
    said = {msgid for (_context, msgid) in source.messages if len(msgid) > 7 and " " in msgid}
    assert {msgid for msgid in said if f">{msgid}<" in page or f'"{msgid}"' in page} == set()


# A form shows the names that a pack gave its sections, in the pack's language.
@pytest.mark.parametrize("address", [address for address in PAGES if address != "register-new"])
def test_an_english_page_shows_no_chinese_message(compiled, catalogue, cast, address):
    page = shown(address, cast=cast, language="en")
    said = {words for _msgid, words in entries(catalogue) if HAN.search(words)}
    assert {words for words in said if f">{words}<" in page or f'"{words}"' in page} == set()


def test_messages_of_a_module_are_collected_under_whatever_name():
    found = messages.Found()
    messages.collect_python(
        "from django.utils.translation import gettext as _, gettext_lazy as _l, ngettext, pgettext\n"
        "_('one' ' sentence')\n"
        "_l('a' if x else 'b')\n"
        "ngettext('%(n)d day', '%(n)d days', n)\n"
        "pgettext('where', 'Open')\n"
        "_(label)\n",
        place="x.py",
        into=found,
    )
    assert found.faults == []
    assert {key: message.plural for key, message in found.messages.items()} == {
        ("", "one sentence"): "",
        ("", "a"): "",
        ("", "b"): "",
        ("", "%(n)d day"): "%(n)d days",
        ("where", "Open"): "",
    }


@pytest.mark.parametrize("call", ["_(f'{name} left')", "_('%s left' % name)", "_('{} left'.format(name))"])
def test_a_message_that_is_put_together_is_a_fault(call):
    found = messages.Found()
    messages.collect_python(f"from guiju.lib.i18n import _\n{call}\n", place="x.py", into=found)
    assert len(found.faults) == 1
    assert found.messages == {}


def test_messages_of_a_template_are_collected_as_django_looks_them_up():
    found = messages.Found()
    messages.collect_template(
        '{% load i18n %}{% translate "Not yours: 5%" %}{% translate "Open" context "where" %}'
        "{% blocktranslate trimmed count n=days with who=name %}\n  {{ who }} has\n  one day\n"
        "{% plural %}\n  {{ who }} has {{ n }} days\n{% endblocktranslate %}"
        '{% include "x.html" with label=_("A label") %}{{ value|default:_("nothing") }}',
        place="x.html",
        into=found,
    )
    assert found.faults == []
    assert {key: message.plural for key, message in found.messages.items()} == {
        ("", "Not yours: 5%%"): "",
        ("where", "Open"): "",
        ("", "%(who)s has one day"): "%(who)s has %(n)s days",
        ("", "A label"): "",
        ("", "nothing"): "",
    }
