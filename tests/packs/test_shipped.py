"""The packs of this repository, checked one by one as their authors do it."""

from __future__ import annotations

import pytest
from django.conf import settings

from guiju.packs.check import check, installed


@pytest.mark.django_db
def test_each_shipped_pack_has_no_fault_wherever_checking_begins() -> None:
    folders = installed()
    assert {folder.name for folder in folders} >= {"base", "cn-casmes-effectiveness"}
    assert all(folder.is_relative_to(settings.PACK_DIRS[0]) for folder in folders)
    assert [str(fault) for folder in folders for fault in check(folder)] == []
