"""Units, people, records and adoptions in bulk, as rows without the trail: the makers are those of the large demo."""

from __future__ import annotations

from datetime import date
from typing import Any

TODAY = date(2026, 6, 1)
WORDS = "合规审查采购合同服务项目工程设备租赁咨询软件开发维护物业能源安全培训劳务运输保险担保投资并购转让许可"


def tree(count: int, *, children: int = 6) -> list[Any]:
    """A group whose units have so many children each, with sizes in turn and three people per unit."""
    from guiju.demo import bulk  # the packages of an installation can be read once there is one

    return bulk.tree(count, children=children)


def records(rows: int, *, seed: int = 20260601) -> int:
    """So many records per unit, spread over all registers, with believable values."""
    from guiju.demo import bulk

    return bulk.records(rows, seed=seed, today=TODAY)


def copies(pack: Any, count: int) -> list[Any]:
    """The document under other names, with the same requirements: they share its test instances."""
    from guiju.demo import bulk

    return bulk.copies(pack, count)


def adopt(packs: list[Any]) -> None:
    """Every unit answers to these documents."""
    from guiju.demo import bulk

    bulk.adopt(packs)
