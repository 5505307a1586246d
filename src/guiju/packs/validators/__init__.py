"""The rules a pack must keep: one file per rule, whose first line says the rule. Order is the order of reading."""

from __future__ import annotations

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder
from guiju.packs.validators import (
    about_codes,
    attribute_clash,
    attribute_condition,
    cells_words,
    covered_codes,
    duplicate_attribute,
    duplicate_id,
    duplicate_register,
    duplicate_urn,
    fact_columns,
    form_ids,
    lone_alternative,
    marks_words,
    no_duty_why,
    programme_dates,
    repeated_test,
    role_titles,
    scattered_group,
    section_codes,
    size_rows,
    source_digest,
    source_words,
    test_names,
    test_params,
    text_at_hand,
    title_codes,
    unanswerable,
    uncovered_words,
    when_dates,
    when_text,
)
from guiju.packs.validators.rule import Rule

RULES: tuple[Rule, ...] = tuple(
    module.broken
    for module in (
        duplicate_urn,
        title_codes,
        programme_dates,
        source_digest,
        text_at_hand,
        duplicate_attribute,
        attribute_clash,
        size_rows,
        duplicate_id,
        section_codes,
        attribute_condition,
        lone_alternative,
        scattered_group,
        role_titles,
        source_words,
        when_text,
        when_dates,
        covered_codes,
        test_names,
        test_params,
        repeated_test,
        unanswerable,
        marks_words,
        no_duty_why,
        form_ids,
        cells_words,
        about_codes,
        uncovered_words,
        duplicate_register,
        fact_columns,
    )
)


def broken(folder: PackFolder, house: House) -> list[Fault]:
    """Everything that breaks a rule."""
    return [fault for rule in RULES for fault in rule(folder, house)]
