"""The rules a pack must keep: one file per rule, whose first line says the rule. Order is the order of reading."""

from __future__ import annotations

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder
from guiju.packs.validators import (
    attribute_clash,
    attribute_condition,
    duplicate_attribute,
    duplicate_id,
    duplicate_register,
    duplicate_urn,
    fact_columns,
    lone_alternative,
    repeated_test,
    scattered_group,
    size_rows,
    source_digest,
    source_words,
    test_names,
    test_params,
    title_codes,
    unanswerable,
)
from guiju.packs.validators.rule import Rule

RULES: tuple[Rule, ...] = tuple(
    module.broken
    for module in (
        duplicate_urn,
        title_codes,
        source_digest,
        duplicate_attribute,
        attribute_clash,
        size_rows,
        duplicate_id,
        attribute_condition,
        lone_alternative,
        scattered_group,
        source_words,
        test_names,
        test_params,
        repeated_test,
        unanswerable,
        duplicate_register,
        fact_columns,
    )
)


def broken(folder: PackFolder, house: House) -> list[Fault]:
    """Everything that breaks a rule."""
    return [fault for rule in RULES for fault in rule(folder, house)]
