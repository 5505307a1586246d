"""Refuses changes of the log by mistake: no UPDATE but the one that gives an event its place, no DELETE."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("trail_event", "trail_eventbody", "trail_batchitem", "trail_node")
#: Everything of an event but its place.
FIXED = (
    "id", "uid", "at", "action", "actor_id", "actor_name", "on_behalf_of", "unit_id", "unit_code", "object_type",
    "object_id", "object_version", "object_title", "happened_on", "reason", "request_id", "batch_count", "commitment",
    "leaf",
)  # fmt: skip
MESSAGE = "the log is append-only"


def _placing(same: str) -> str:
    """True for the one change that is allowed: an event without a place gets one."""
    unchanged = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in FIXED)
    return f"(OLD.seq IS NULL AND NEW.seq IS NOT NULL AND {unchanged})"


def _sqlite() -> list[str]:
    made = []
    for table in TABLES:
        when = f"WHEN NOT {_placing('IS')} " if table == "trail_event" else ""
        refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        made += [
            f"CREATE TRIGGER {table}_append_only_update BEFORE UPDATE ON {table} {when}{refuse}",
            f"CREATE TRIGGER {table}_append_only_delete BEFORE DELETE ON {table} {refuse}",
        ]
    return made


def _postgresql() -> list[str]:
    refuse = (
        "CREATE FUNCTION trail_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    made = [refuse]
    for table in TABLES:
        when = f"WHEN (NOT {_placing('IS NOT DISTINCT FROM')}) " if table == "trail_event" else ""
        call = "EXECUTE FUNCTION trail_append_only()"
        made += [
            f"CREATE TRIGGER {table}_append_only_update BEFORE UPDATE ON {table} FOR EACH ROW {when}{call}",
            f"CREATE TRIGGER {table}_append_only_delete BEFORE DELETE ON {table} FOR EACH ROW {call}",
        ]
    return made


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = {"sqlite": _sqlite, "postgresql": _postgresql}[schema_editor.connection.vendor]()
    for statement in statements:
        schema_editor.execute(statement, params=None)


def unguard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    on = " ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    for table in TABLES:
        for event in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_append_only_{event}{on.format(table=table)}", params=None)
    if on:
        schema_editor.execute("DROP FUNCTION trail_append_only()", params=None)


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
