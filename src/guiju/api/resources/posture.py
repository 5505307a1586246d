"""How units stand: findings with the records that prove them, roll-up over all levels, judgements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, UnitRef, unit_ref
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.packs import catalogue
from guiju.packs.models import Pack, Requirement
from guiju.posture import actions, queries
from guiju.posture.findings import Asked, Finding
from guiju.posture.models import Judgement, Status
from guiju.posture.queries import Count
from guiju.registers import spec as specs
from guiju.registers import store

routes = Routes("Posture")

#: No day beyond these can be meant.
FIRST, LAST = date(1950, 1, 1), date(2200, 12, 31)


class EvidenceOut(Schema):
    """A record that was looked at."""

    register_code: str = Field(serialization_alias="register")
    uid: UUID
    title: str
    on: date | None
    recorded_on: date | None
    late_days: int
    counted: bool
    why: str = Field(description="Why it does not count.")


class FillOut(Schema):
    """What would turn the finding: a register to fill, with values known already."""

    sentence: str
    register_code: str = Field(serialization_alias="register")
    values: dict[str, Any]


class FindingOut(Schema):
    """What was found for one requirement."""

    id: str
    status: Status
    strength: str | None
    figure: str | None
    as_of: date
    due_on: date | None = Field(description="The (first) deadline under the unit's adoption.")
    via: str | None = Field(description="The alternative by which it is met.")
    evidence: list[EvidenceOut]
    missing: str | None
    fill: list[FillOut]


class PostureOut(Schema):
    """How one unit stands to one document on a day."""

    unit: str
    pack: str
    version: str
    as_of: date
    adopted: bool = Field(description="false: nothing is asked of this unit, and there are no findings.")
    requirements: list[FindingOut]


class TestOut(Schema):
    """One question put to the records, with its answer."""

    name: str
    question: str
    strength: str
    status: Status
    figure: str
    n: int
    ok: int
    latest_on: date | None
    evidence: list[EvidenceOut]


class JudgementOut(Schema):
    """What a person found, until when."""

    uid: UUID
    status: Status
    reason: str
    on: date
    expires_on: date
    by: str
    recorded_at: datetime


class FindingShown(FindingOut):
    """A finding with its questions and the judgement that holds."""

    tests: list[TestOut]
    judgement: JudgementOut | None


class CountOut(Schema):
    """How many requirements stand at each status, of how many units."""

    met: int
    partly: int
    unmet: int
    person: int
    na: int
    not_due: int = Field(description="Not met, but not late either: nothing is asked yet.")
    units: int
    percent_met: int | None = Field(description="Of those that ask something today.")


class PackPosture(Schema):
    """One document as a unit stands to it, itself and with all levels below."""

    pack: str
    version: str
    title: str
    adopted: bool
    own: CountOut | None
    all_levels: CountOut | None
    frozen_on: date | None = Field(description="The last day of the unit's ended programme: `own` stands for it.")
    all_frozen_on: date | None = Field(description="The same for all units that are counted.")


class UnitCount(Schema):
    """One unit's counts in a roll-up."""

    unit: UnitRef
    own: CountOut | None
    all_levels: CountOut | None
    frozen_on: date | None


class RollupOut(Schema):
    """A document over all levels: by child unit and by requirement."""

    units: list[UnitCount] = Field(description="The unit itself, then its children.")
    requirements: dict[str, CountOut] = Field(description="Requirement -> legal entities at each status.")


class UnitStatus(Schema):
    """How one legal entity stands to a requirement."""

    unit: UnitRef
    status: Status


class ProofOut(Schema):
    """A requirement for which a record now counts."""

    pack: str
    requirement: str
    plain: str
    status: Status


class AsOfQuery(Schema):
    """As of which day."""

    as_of: date | None = Field(
        None, ge=FIRST, le=LAST, description="As happened and recorded by that day; today, if not given."
    )


class RecordedQuery(Schema):
    """On which day."""

    on: date | None = Field(
        None, ge=FIRST, le=LAST, description="As it was recorded at the end of that day; today, if not given."
    )


class JudgementIn(Body):
    """A person's answer, its reason, and until when it holds."""

    status: Status
    reason: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    expires_on: date | None = Field(None, description="A year from today, if not given.")


@routes.get(
    "/posture/{unit}", P.POSTURE_FINDING_VIEW, answer=list[PackPosture],
    summary=_l("Show how a unit stands to all documents"),
)  # fmt: skip
def posture_overview(request: HttpRequest, unit: str, query: Query[RecordedQuery]) -> list[PackPosture]:
    by = actor(request)
    place = check.unit(by, P.POSTURE_FINDING_VIEW, unit)
    if query.on is None:
        found = queries.overview(by=by, unit=place)
    else:
        found = queries.overview_on(by=by, unit=place, on=query.on)
    return [
        PackPosture(
            pack=row.pack.urn,
            version=row.pack.version,
            title=row.pack.title,
            adopted=row.adoption is not None,
            own=_count(row.own),
            all_levels=_count(row.all_levels),
            frozen_on=row.frozen_on,
            all_frozen_on=row.all_frozen_on,
        )
        for row in found
    ]


@routes.get(
    "/posture/{unit}/{urn}", P.POSTURE_FINDING_VIEW, answer=PostureOut,
    summary=_l("Show a unit's findings for a document"),
)  # fmt: skip
def posture(request: HttpRequest, unit: str, urn: str, query: Query[AsOfQuery]) -> PostureOut:
    by = actor(request)
    pack = catalogue.current(urn)
    found = queries.posture(
        by=by, unit=check.unit(by, P.POSTURE_FINDING_VIEW, unit), pack=pack, as_of=_past(query.as_of)
    )
    return PostureOut(
        unit=unit,
        pack=pack.urn,
        version=pack.version,
        as_of=found[0].as_of if found else query.as_of or clock.today(),
        adopted=found is not None,
        requirements=[FindingOut(**_finding(row)) for row in found or []],
    )


@routes.get(
    "/posture/{unit}/{urn}/rollup", P.POSTURE_FINDING_VIEW, answer=RollupOut,
    summary=_l("Show a document over all levels"),
)  # fmt: skip
def posture_rollup(request: HttpRequest, unit: str, urn: str) -> RollupOut:
    by = actor(request)
    top, pack = check.unit(by, P.POSTURE_FINDING_VIEW, unit), catalogue.current(urn)
    return RollupOut(
        units=[
            UnitCount(
                unit=unit_ref(row.unit),
                own=_count(row.own),
                all_levels=_count(row.all_levels),
                frozen_on=row.frozen_on,
            )
            for row in queries.tree(by=by, unit=top, pack=pack)
        ],
        requirements={
            code: counted(found) for code, found in queries.requirement_counts(by=by, unit=top, pack=pack).items()
        },
    )


@routes.get(
    "/posture/{unit}/{urn}/requirements/{requirement}", P.POSTURE_FINDING_VIEW, answer=FindingShown,
    summary=_l("Show one finding down to its records"),
)  # fmt: skip
def posture_requirement(
    request: HttpRequest, unit: str, urn: str, requirement: str, query: Query[AsOfQuery]
) -> FindingShown:
    by = actor(request)
    place, pack = check.unit(by, P.POSTURE_FINDING_VIEW, unit), catalogue.current(urn)
    found = queries.requirement(by=by, unit=place, pack=pack, code=requirement, as_of=_past(query.as_of))
    if found is None:
        raise NotFound(
            _("%(unit)s does not answer to this requirement.") % {"unit": place.name},
            fix=_("Adopt the document first."),
        )
    return FindingShown(
        **_finding(found),
        tests=[_asked(test) for test in found.tests],
        judgement=_judgement(found.judgement) if found.judgement else None,
    )


@routes.get(
    "/posture/{unit}/{urn}/requirements/{requirement}/units", P.POSTURE_FINDING_VIEW, answer=list[UnitStatus],
    summary=_l("Show how each unit stands to a requirement"),
)  # fmt: skip
def posture_requirement_units(request: HttpRequest, unit: str, urn: str, requirement: str) -> list[UnitStatus]:
    """Legal entities at all levels, the worst first."""
    by = actor(request)
    found = queries.requirement_units(
        by=by,
        unit=check.unit(by, P.POSTURE_FINDING_VIEW, unit),
        pack=catalogue.current(urn),
        code=requirement,
    )
    return [UnitStatus(unit=unit_ref(each), status=status) for each, status in found]


@routes.post(
    "/posture/{unit}/{urn}/requirements/{requirement}/judgement", P.POSTURE_JUDGEMENT_EDIT, answer=JudgementOut,
    status=201, takes=JSON, summary=_l("Judge what only a person can judge"),
)  # fmt: skip
def judge(request: HttpRequest, unit: str, urn: str, requirement: str, body: JudgementIn) -> JudgementOut:
    by = actor(request)
    made = actions.judge(
        unit=check.unit(by, P.POSTURE_JUDGEMENT_EDIT, unit),
        requirement=_requirement(catalogue.current(urn), requirement),
        status=body.status.value,
        reason=body.reason,
        expires_on=body.expires_on,
        by=by,
    )
    return _judgement(made)


@routes.get(
    "/registers/{code}/entries/{uuid:uid}/proves", P.POSTURE_FINDING_VIEW, answer=list[ProofOut],
    summary=_l("Show which requirements a record proves"),
)  # fmt: skip
def entry_proves(request: HttpRequest, code: str, uid: UUID) -> list[ProofOut]:
    by = actor(request)
    spec = specs.get(code)
    record = store.of(spec).find(by, uid)
    check.require(by, P.POSTURE_FINDING_VIEW, record.unit)
    found = queries.proves(record.source) if spec.is_entry else []
    return [
        ProofOut(pack=row.pack.urn, requirement=row.requirement.code, plain=row.requirement.plain, status=row.status)
        for row in found
    ]


def _past(as_of: date | None) -> date | None:
    """Today is asked without a day: a question as of today must not leave out what is recorded this minute."""
    return None if as_of is None or as_of == clock.today() else as_of


def _requirement(pack: Pack, code: str) -> Requirement:
    found = next((row for row in catalogue.requirements(pack) if row.code == code), None)
    if found is None:
        raise NotFound(_("This pack has no requirement “%(code)s”.") % {"code": code})
    return found


def _finding(found: Finding) -> dict[str, Any]:
    """The contract's JSON."""
    plain = found.as_dict()
    return {
        **plain,
        "evidence": [_renamed(row) for row in plain["evidence"]],
        "fill": [_renamed(row) for row in plain["fill"]],
    }


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    return {("register_code" if name == "register" else name): value for name, value in row.items()}


def _asked(test: Asked) -> TestOut:
    return TestOut(
        name=test.name,
        question=test.question,
        strength=test.strength.code,
        status=test.status,
        figure=test.figure,
        n=test.n,
        ok=test.ok,
        latest_on=test.latest_on,
        evidence=[EvidenceOut(**_renamed(row.as_dict())) for row in test.evidence],
    )


def _judgement(row: Judgement) -> JudgementOut:
    return JudgementOut(
        uid=row.uid,
        status=Status(row.status),
        reason=row.reason,
        on=row.on,
        expires_on=row.expires_on,
        by=row.by,
        recorded_at=row.recorded_at,
    )


def _count(found: Count | None) -> CountOut | None:
    return counted(found) if found is not None else None


def counted(found: Count) -> CountOut:
    counts = {status.value: found.by_status.get(status, 0) for status in found.by_status}
    return CountOut(**counts, units=found.units, percent_met=found.percent_met)
