"""The three lists from the command line: a department's workbook in, the same workbook out."""

from __future__ import annotations

import json

import pytest

from guiju.lib.excel.compare import differences
from guiju.org import actions as org
from guiju.registers.models import Entry
from tests.registers import gridbooks


@pytest.mark.parametrize(
    ("register", "make"),
    [("risk_list", gridbooks.risks), ("duty_list", gridbooks.duties), ("process_list", gridbooks.processes)],
)
def test_a_workbook_goes_in_and_comes_out_as_it_was(guiju, cast, tmp_path, register, make) -> None:
    for code, name in (("L", "法务部"), ("F", "财务部")):
        org.create_unit(code=f"HD-01-{code}", name=name, kind="department", parent=cast.sub, by=cast.house)
    path, out = make(tmp_path / "in.xlsx"), tmp_path / "out.xlsx"
    tried = guiju("import", register, path, "--unit", "HD-01", "--dry-run", "--json")
    assert tried.code == 0, tried.err
    assert json.loads(tried.out)["layout"] == "grid-company"
    assert not Entry.objects.filter(register=register).exists()
    assert guiju("import", register, path, "--unit", "HD-01").code == 0
    done = guiju("export", register, "--unit", "HD-01", "--layout", "grid-company", "--alone", "-o", out)
    assert done.code == 0, done.err
    assert "in.xlsx" in done.out
    assert differences(path, out) == []
    standard = guiju("export", register, "--unit", "HD-01", "--layout", "law-firm", "-o", tmp_path / "law.xlsx")
    assert standard.code == 0, standard.err
