"""Template tags: what people read in pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import translation

import guiju.web
from guiju.web.templatetags import ui

FOLDER = Path(guiju.web.__file__).parent / "templates"
OWN = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("**/*.html"))


def _render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize("name", OWN)
def test_every_template_compiles(name: str) -> None:
    assert get_template(name).render is not None


def test_a_date_in_text_names_the_weekday() -> None:
    with translation.override("zh-hans"):
        assert ui.cn_date(date(2026, 11, 20)) == "2026年11月20日（周五）"


def test_a_moment_is_shown_in_chinese_time() -> None:
    with translation.override("zh-hans"):
        assert ui.cn_moment(datetime(2026, 11, 19, 16, 5, tzinfo=UTC)) == "2026年11月20日（周五）00:05"
    assert ui.iso_date(datetime(2026, 11, 19, 16, 5, tzinfo=UTC)) == "2026-11-20"
    assert ui.iso_moment(datetime(2026, 11, 19, 16, 5, tzinfo=UTC)) == "2026-11-20 00:05"


def test_an_amount_has_thousands_and_its_unit() -> None:
    with translation.override("en"):
        assert ui.amount(Decimal("1234500")) == "1,234,500.00 CNY"
    assert ui.amount(Decimal(1234500), "万元") == "123.45 万元"


def test_a_number_that_does_not_exist_is_said_and_not_shown_as_zero() -> None:
    with translation.override("en"):
        assert ui.amount(None) == ui.number(None) == ui.cn_date(None) == "Not recorded"
    assert ui.number(0) == "0"


def test_a_capped_count_says_that_there_are_more() -> None:
    assert ui.capped(1001) == "1,000+"
    assert ui.capped(1000) == "1,000"
    assert ui.capped(120, 99) == "99+"


def test_a_status_is_a_sign_and_a_word() -> None:
    with translation.override("en"):
        made = _render('{% status "unmet" %}')
    assert "signs.svg#unmet" in made
    assert '<span class="gj-word">Not met</span>' in made


def test_a_short_status_keeps_its_word_for_those_who_listen() -> None:
    with translation.override("en"):
        assert '<span class="visually-hidden">Met</span><b>12</b>' in _render('{% status "met" 12 "" True %}')


def test_an_icon_outside_the_sprite_does_not_pass() -> None:
    with pytest.raises(TemplateSyntaxError, match="No icon named 'hat'"):
        _render('{% icon "hat" %}')


def test_the_bar_of_answers_speaks_and_fills_the_width() -> None:
    with translation.override("en"):
        made = ui.status_bar({"met": 3, "unmet": 1})
    assert 'aria-label="Met 3, Not met 1"' in made
    assert 'x="75.00%"' in made
    assert ui.status_bar({}) == ""


def test_a_link_keeps_the_filters_and_forgets_the_place_in_the_list() -> None:
    request = RequestFactory().get("/risks", {"unit": "A", "after": "77", "sort": "on"})
    assert _render("{% qs sort='-on' %}", request=request) == "?unit=A&amp;sort=-on"
    assert _render("{% qs unit=None %}", request=request) == "?sort=on"
    assert _render("{% qs after=9 %}", request=request) == "?unit=A&amp;sort=on&amp;after=9"


def test_a_form_carries_the_other_filters() -> None:
    request = RequestFactory().get("/risks", {"unit": 'A"', "q": "x"})
    assert _render("{% kept_fields 'q' %}", request=request) == '<input type="hidden" name="unit" value="A&quot;">'


def test_a_sorted_column_offers_the_other_direction() -> None:
    request = RequestFactory().get("/risks", {"sort": "on"})
    made = _render("{% sort_head 'on' 'Date' %}", request=request)
    assert 'aria-sort="ascending"' in made
    assert 'href="?sort=-on"' in made


def test_late_entry_is_shown_with_the_days_between() -> None:
    event = {
        "sentence": "Lin added a file",
        "at": datetime(2026, 11, 3, 7, 40, tzinfo=UTC),
        "late_days": 12,
        "happened_on": date(2026, 10, 22),
    }
    with translation.override("en"):
        made = render_to_string("components/history.html", {"history": [event]})
    assert "Entered late" in made
    assert "happened on 2026-10-22, recorded 12 days later" in made


def test_a_draft_document_says_so_and_one_in_force_does_not() -> None:
    draft = {"title": "Standard", "status": "draft", "status_word": "Draft for comment"}
    assert "Draft for comment" in render_to_string("components/draft_banner.html", {"document": draft})
    assert render_to_string("components/draft_banner.html", {"document": {**draft, "status": "in_force"}}).strip() == ""


def test_what_people_typed_is_escaped_in_tables() -> None:
    cell = {"code": "title", "label": "T", "kind": "text", "text": "<script>x</script>"}
    table = {"columns": [], "rows": [{"id": 1, "url": "/r/1", "cells": [cell]}]}
    made = render_to_string("components/table.html", {"table": table})
    assert "<script>x" not in made
    assert "&lt;script&gt;" in made


def test_the_page_of_a_fault_needs_no_context_at_all() -> None:
    with translation.override("en"):
        assert "Something went wrong on our side." in render_to_string("errors/500.html")
