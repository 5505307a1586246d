"""A small pack to begin from, and a memory that forgets what a test rolled back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from guiju.packs import catalogue, changes, factnames, testnames

HEADER = """\
urn: {urn}
version: '{version}'
title: 合规小册
document_status: {status}
source: {{file: source.txt}}
files: [indicators.yaml]
titles:
  compliance_head: [合规负责人]
attributes:
  - {{code: has_workshop, label: 有车间, type: boolean}}
"""
SOURCE = "第一条 企业应当设合规负责人。\n第二条 企业可以设合规\n专员。\n第三条 或者外聘律师。\n"
INDICATORS = """\
requirements:
  - id: '1'
    kind: indicator
    section: '1'
    sizes: [small]
    source: 第一条
    official: 企业应当设合规负责人
    plain: 有没有合规负责人？
    force: must
    judgement: true
  - id: '2'
    kind: indicator
    section: '1'
    sizes: [small]
    source: 第二条
    official: 企业可以设合规专员
    plain: 有没有专员？
    force: may
    group: g1
    judgement: true
    applies: {attribute: has_workshop, is: true}
  - id: '3'
    kind: indicator
    section: '1'
    sizes: [small]
    source: 第三条
    official: 或者外聘律师
    plain: 或者有没有律师？
    force: may
    group: g1
    judgement: true
"""

MakePack = Callable[..., Path]


@pytest.fixture
def make_pack(tmp_path: Path) -> MakePack:
    """Writes a good pack; keyword arguments replace whole files (`pack`, `indicators`, `source`) or parts."""

    def make(
        name: str = "cn-test",
        *,
        urn: str = "cn:test:booklet",
        version: str = "1",
        status: str = "in_force",
        **files: str,
    ) -> Path:
        folder = tmp_path / "packs" / name
        folder.mkdir(parents=True, exist_ok=True)
        texts = {
            "pack": HEADER.format(urn=urn, version=version, status=status),
            "indicators": INDICATORS,
            **files,
        }
        for key, text in texts.items():
            if key != "source":
                (folder / f"{key}.yaml").write_text(text, encoding="utf-8")
        (folder / "source.txt").write_text(texts.get("source", SOURCE), encoding="utf-8")
        return folder

    return make


@pytest.fixture
def pack_dirs(settings: Any, tmp_path: Path) -> Path:
    """The installation knows only the packs of this test."""
    settings.PACK_DIRS = [tmp_path / "packs"]
    return tmp_path / "packs"


@pytest.fixture(autouse=True)
def _clean_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(changes, "_listeners", list(changes._listeners))
    monkeypatch.setattr(testnames, "_known", dict(testnames._known))
    monkeypatch.setattr(factnames, "_known", dict(factnames._known))
    catalogue.forget()
    yield
    catalogue.forget()
