"""The column “现状” of the ledger of 001, tasks 8 to 10: leading body, general counsel, officers of the departments.

The group and its subsidiaries stand each for itself (annex 2, note 1). Counted in the year of the day; what nobody has
recorded is printed as missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, Sum

from guiju.access.actor import Actor
from guiju.governance.duties import terms
from guiju.governance.meetings.terms import DECISIONS, ITEMS, TOOK_PLACE
from guiju.governance.policies import library
from guiju.governance.policies.ledgerrows import Block, Of, Row, day, firms_of, label
from guiju.governance.policies.statistics import Sentence
from guiju.lib import clock
from guiju.org.enums import Role, UnitKind
from guiju.org.places import Seat
from guiju.registers import taxonomy
from guiju.registers.models import Entry

TITLES = {8: "合规委员会（或法治建设领导机构）专题会议", 9: "总法律顾问作为合规管理负责人", 10: "合规管理员制度"}
_LEADING = ("committee", "leading_group")
_AUDIENCES = ("department_officer", "officers")
_CYCLES = {code: label for code, label, *_rest in taxonomy.CYCLES}


def rows(*, by: Actor, seat: Seat, below: bool = False, on: date | None = None) -> list[Row]:
    """The three tasks on a day; with `below` the subsidiaries have a block of their own."""
    of = Of(by, seat, on or clock.today())
    name = label(seat, below=below)
    told = {8: [Block(name, _bodies(of))], 9: [Block(name, _counsel(of))], 10: [Block(name, _officers(of))]}
    if below:
        under = Of(by, seat, of.on, apart=True)
        _lines, count = library.units_below(by=by, seat=seat)
        for number, lines in zip(told, _below(under, max(count - 1, 0)), strict=True):
            told[number].append(Block("子企业：", lines))
    return [Row(number, TITLES[number], tuple(blocks)) for number, blocks in told.items()]


# --- task 8 ---------------------------------------------------------------------------------------------------------


def _bodies(of: Of) -> tuple[Sentence, ...]:
    bodies = list(of.standing(terms.BODIES).filter(kind__in=_LEADING).select_related("body").order_by("on", "pk"))
    if not bodies:
        missing = {"body": ("合规委员会或者法治建设领导机构的设立和工作机制", None)}
        held = {"held": ("合规委员会或者法治建设领导机构的会议", None)}
        return Sentence("工作机制建立情况", "{body}", missing), Sentence("运行情况", "{held}", held)
    told = [_set_up(of, body, f"b{number}") for number, body in enumerate(bodies)]
    words = "；".join(words for words, _facts in told) + "。"
    facts = {name: fact for _words, some in told for name, fact in some.items()}
    return Sentence("工作机制建立情况", words, facts), _met(of, bodies)


def _set_up(of: Of, body: Entry, mark: str) -> tuple[str, dict[str, tuple[str, object]]]:
    """When and by what it was set up, who sits in it, by which rules it works."""
    seats = of.standing(terms.MEMBERS).filter(ref_1=body.uid, person__isnull=False).select_related("person")
    members = list(seats.order_by("on", "pk"))
    chair = next((row.person.name for row in members if row.kind == "chair" and row.person is not None), None)
    rules = Entry.objects.filter(register="policies", uid=body.ref_1).first() if body.ref_1 else None
    words = (
        f"{{{mark}n}}于{{{mark}on}}设立，依据{{{mark}d}}，主任（组长）{{{mark}c}}，"
        f"成员{{{mark}m}}人，议事规则{{{mark}r}}"
    )
    cycle = _CYCLES.get(body.text_3)
    words += f"，按规则{cycle}至少召开一次会议" if cycle and body.text_3 != "once" else ""
    return words, {
        f"{mark}n": ("机构名称", body.title),
        f"{mark}on": ("设立日期", day(body.on) if body.on else None),
        f"{mark}d": ("设立文件", body.text_1 or None),
        f"{mark}c": ("主任（组长）", chair),
        f"{mark}m": ("成员人数", len({row.person_id for row in members}) or None),
        f"{mark}r": ("议事规则", f"《{rules.title.strip('《》')}》" if rules is not None else None),
    }


def _met(of: Of, bodies: list[Entry]) -> Sentence:
    held = of.of_year(terms.MEETINGS).filter(ref_1__in=[body.uid for body in bodies], status__in=TOOK_PLACE)
    uids = list(held.values_list("uid", flat=True))
    if not uids:
        return Sentence("运行情况", "{held}", {"held": (f"{of.on.year}年会议情况", None)})
    items = Entry.objects.filter(register=ITEMS, ref_1__in=uids).count()
    decided = Entry.objects.filter(register=DECISIONS, ref_1__in=uids)
    counts = decided.aggregate(all=Count("pk"), done=Count("pk", filter=Q(status="done", done_on__lte=of.on)))
    words = "{year}年截至{on}召开会议{met}次，审议议题{items}项，形成议定事项{decided}项，其中已办结{done}项。"
    facts = {
        "year": ("年度", str(of.on.year)), "on": ("日期", day(of.on)), "met": ("会议次数", len(uids)),
        "items": ("议题数", items), "decided": ("议定事项", counts["all"]), "done": ("已办结", counts["done"]),
    }  # fmt: skip
    return Sentence("运行情况", words, facts)


# --- task 9 ---------------------------------------------------------------------------------------------------------


def _counsel(of: Of) -> tuple[Sentence, ...]:
    held = of.standing(terms.APPOINTMENTS).filter(kind__in=(Role.COMPLIANCE_HEAD, Role.GENERAL_COUNSEL))
    found = list(held.filter(person__isnull=False).select_related("person").order_by("on", "pk"))
    heads = {row.person_id: row for row in found if row.kind == Role.COMPLIANCE_HEAD}
    counsels = {row.person_id: row for row in found if row.kind == Role.GENERAL_COUNSEL}
    both = [row for pk, row in heads.items() if pk in counsels]
    programme = of.of_year(terms.APPRAISALS).filter(flag_1=True)
    programme = programme.filter(Q(person_id__in=list(counsels or heads)) | Q(kind="general_counsel"))
    count = programme.count()
    appraised = "{year}年已将专项行动任务纳入总法律顾问履职评价考核，登记{n}项。" if count else "{n}"
    facts = {"year": ("年度", str(of.on.year)), "n": ("将行动任务纳入总法律顾问履职评价考核的情况", count or None)}
    return _named(heads, counsels, both), Sentence("纳入考核情况", appraised, facts)


def _named(heads: dict[int | None, Entry], counsels: dict[int | None, Entry], both: list[Entry]) -> Sentence:
    heading = "明确合规管理负责人情况"
    if both:
        facts = {"who": ("姓名", _names(both)), "by": ("任命文件", both[0].text_1 or None)}
        return Sentence(heading, "已明确总法律顾问{who}作为合规管理负责人，依据{by}。", facts)
    head = ("合规管理负责人", _names(heads.values()) if heads else None)
    counsel = ("总法律顾问", _names(counsels.values()) if counsels else None)
    words = "合规管理负责人为{head}，总法律顾问为{counsel}" + ("，不是同一人。" if heads and counsels else "。")
    return Sentence(heading, words, {"head": head, "counsel": counsel})


def _names(found: Iterable[Entry]) -> str:
    return "、".join(row.person.name for row in found if row.person is not None)


# --- task 10 --------------------------------------------------------------------------------------------------------


def _officers(of: Of) -> tuple[Sentence, ...]:
    departments = [one for one in of.seat.departments if one.kind == UnitKind.DEPARTMENT]
    held = of.standing(terms.APPOINTMENTS).filter(kind=Role.DEPARTMENT_OFFICER, person__isnull=False)
    found = list(held.values_list("person_id", "department_id", "unit_id"))
    people = {person for person, _department, _unit in found}
    covered = {department or unit for _person, department, unit in found} & {one.pk for one in departments}
    if not people:
        first = Sentence("设置情况", "{set}", {"set": ("业务及职能部门合规管理员设置情况", None)})
    else:
        reviews = of.of_year("reviews").filter(person_id__in=people).count()
        words = (
            "{all}个部门中，设置合规管理员的{covered}个，合规管理员{people}人；{year}年登记其开展合规审查{reviews}件。"
        )
        facts = {
            "all": ("部门数", len(departments)), "covered": ("已设置部门数", len(covered)),
            "people": ("合规管理员人数", len(people)), "year": ("年度", str(of.on.year)),
            "reviews": ("审查件数", reviews),
        }  # fmt: skip
        first = Sentence("设置和审查工作情况", words, facts)
    return first, _trained(of)


def _trained(of: Of) -> Sentence:
    held = of.of_year("trainings").filter(kind__in=_AUDIENCES)
    counts = held.aggregate(n=Count("pk"), came=Sum("count_2"))
    words = "{year}年开展面向合规管理员的培训{n}次，参加{came}人次。" if counts["n"] else "{n}"
    facts = {
        "year": ("年度", str(of.on.year)), "n": ("合规管理员业务指导和培训情况", counts["n"] or None),
        "came": ("参加人次", counts["came"]),
    }  # fmt: skip
    return Sentence("业务指导和培训情况", words, facts if counts["n"] else {"n": facts["n"]})


# --- subsidiaries ---------------------------------------------------------------------------------------------------


def _below(of: Of, count: int) -> tuple[tuple[Sentence, ...], ...]:
    """How many subsidiaries have each; of a subsidiary that has entered nothing it is not known."""
    led = len(firms_of(of.standing(terms.BODIES).filter(kind__in=_LEADING)))
    met = of.of_year(terms.MEETINGS).filter(status__in=TOOK_PLACE)
    held = list(
        of.standing(terms.APPOINTMENTS)
        .filter(kind__in=(Role.COMPLIANCE_HEAD, Role.GENERAL_COUNSEL), person__isnull=False)
        .values_list("unit_id", "kind", "person_id")
    )
    counsels = {(unit, person) for unit, kind, person in held if kind == Role.GENERAL_COUNSEL}
    heads = {(unit, person) for unit, kind, person in held if kind == Role.COMPLIANCE_HEAD}
    officers = of.standing(terms.APPOINTMENTS).filter(kind=Role.DEPARTMENT_OFFICER, person__isnull=False)
    programme = len(firms_of(of.of_year(terms.APPRAISALS).filter(flag_1=True, kind="general_counsel")))
    year, firms = of.on.year, ("子企业户数", count)
    return (
        (
            Sentence("工作机制建立情况", f"{{firms}}户子企业中，登记设立合规委员会或者合规领导小组的{led}户。", {"firms": firms}),
            Sentence("运行情况", f"{year}年登记召开会议的{len(firms_of(met))}户，共{met.count()}次。", {}),
        ),
        (
            Sentence(
                "明确合规管理负责人情况",
                f"登记了总法律顾问的{len({unit for unit, _one in counsels})}户，"
                f"其中总法律顾问作为合规管理负责人的{len({unit for unit, _one in counsels & heads})}户。",
                {},
            ),
            Sentence("纳入考核情况", f"{year}年登记将行动任务纳入总法律顾问履职评价考核的{programme}户。", {}),
        ),
        (
            Sentence(
                "设置情况",
                f"登记了部门合规管理员的{len(firms_of(officers))}户，共{officers.values('person_id').distinct().count()}人。",
                {},
            ),
            _trained(of),
        ),
    )  # fmt: skip
