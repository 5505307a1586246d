"""Model fields that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class BinaryOrderField(models.CharField[str, str]):
    """Text compared byte by byte.

    Materialised paths and sort keys need it; SQLite does so by default and refuses the collation `C` that
    PostgreSQL wants, so the collation is chosen per database (shared risk note 2).
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters: dict[str, Any] = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters
