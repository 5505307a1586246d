"""Lists of values that several registers share, by the name that `choices_from` gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from guiju.registers import taxonomy

if TYPE_CHECKING:
    from guiju.registers.spec import Choice

Source = Callable[[], "tuple[Choice, ...]"]

_sources: dict[str, Source] = {}

# Titles as most enterprises use them. 合规专员 is second-line staff (003; the head in 002 only), 合规管理员 the first
# line (001, 002; second line in 004): whoever means the other writes the role's own name. 总法律顾问 is an office of its
# own: 001 and 002 want its holder to be compliance head as well, which is a second appointment.
_ROLES = (
    ("first_responsible", "第一责任人", "First responsible person", ("合规第一责任人", "主要负责人")),
    ("compliance_head", "合规负责人", "Compliance head", ("首席合规官", "合规管理负责人")),
    ("compliance_staff", "合规管理人员", "Compliance staff", ("合规人员", "合规员", "合规专员", "专职合规人员")),
    (
        "department_officer",
        "部门合规管理员",
        "Department compliance officer",
        ("合规管理员", "部门合规联络员", "合规联络员"),
    ),
    ("legal_representative", "法定代表人", "Legal representative", ("法人代表",)),
    ("actual_controller", "实际控制人", "Actual controller", ()),
    ("general_counsel", "总法律顾问", "General counsel", ("法律总顾问",)),
)
_SIZES = (
    ("large", "大型企业", "Large", ("大型",)),
    ("medium", "中型企业", "Medium", ("中型",)),
    ("small", "小型企业", "Small", ("小型",)),
    ("micro", "微型企业", "Micro", ("微型",)),
)
_KINDS = (
    ("company", "公司", "Company", ("企业", "法人", "子公司")),
    ("branch", "分支机构", "Branch", ("分公司",)),
    ("department", "部门", "Department", ("处室",)),
    ("authority", "主管部门", "Authority", ("监管部门",)),
    ("association", "协会", "Association", ("商会", "行业协会")),
)


def register(name: str, source: Source) -> None:
    """Offer a list under a name."""
    _sources[name] = source


def is_known(name: str) -> bool:
    """Does anybody offer this list?"""
    return name in _sources


def names() -> list[str]:
    """All lists on offer."""
    return sorted(_sources)


def options(name: str) -> tuple[Choice, ...]:
    """The values under a name; nothing for an empty name."""
    return _sources[name]() if name else ()


def _fixed(rows: tuple[taxonomy.Word, ...]) -> Source:
    def source() -> tuple[Choice, ...]:
        from guiju.registers.spec import Choice

        return tuple(Choice(code=code, label=zh, label_en=en, synonyms=other) for code, zh, en, other in rows)

    return source


register("org.role", _fixed(_ROLES))
register("org.size", _fixed(_SIZES))
register("org.unit_kind", _fixed(_KINDS))
register("taxonomy.field", _fixed(taxonomy.FIELDS))
register("taxonomy.mechanism", _fixed(taxonomy.MECHANISMS))
register("taxonomy.mechanism_or_whole", _fixed((*taxonomy.WHOLE, *taxonomy.MECHANISMS)))
register("taxonomy.business", _fixed(taxonomy.BUSINESSES))
register("taxonomy.policy_level", _fixed(taxonomy.POLICY_LEVELS))
register("taxonomy.audience", _fixed(taxonomy.AUDIENCES))
register("taxonomy.link", _fixed(taxonomy.LINKS))
register("taxonomy.key_people", _fixed(taxonomy.KEY_PEOPLE))
register("taxonomy.cycle", _fixed(taxonomy.CYCLES))
register("taxonomy.risk_level", _fixed(taxonomy.RISK_LEVELS))
register("taxonomy.cause", _fixed(taxonomy.CAUSES))
