"""Codes that parameters may name and the words for them: what a pack asks for is spelled as registers store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from guiju.posture.evidence.base import Text
from guiju.posture.evidence.terms import TERMS
from guiju.registers import taxonomy


@dataclass(frozen=True)
class Words:
    """The codes of a parameter with their words; no other code is taken."""

    by_code: Mapping[str, Text]

    def __hash__(self) -> int:
        return id(self.by_code)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.known, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found: dict[str, Any] = handler(schema)
        found.get("items", found)["enum"] = [*self.by_code]
        return found

    def known(self, value: Any) -> Any:
        """The value, if every code of it is known."""
        codes = value if isinstance(value, tuple) else (value,)
        strange = [code for code in codes if code and code not in self.by_code]
        if strange:
            known = ", ".join(self.by_code)
            raise ValueError(
                _("Unknown: %(codes)s. Known are: %(words)s.") % {"codes": ", ".join(strange), "words": known}
            )
        return value


def _either(zh: str, en: str) -> str:
    return en if (get_language() or "zh").startswith("en") else zh


_chosen = lazy(_either, str)


def _shared(words: tuple[taxonomy.Word, ...]) -> dict[str, Text]:
    """Words that registers share, in the reader's language."""
    return {code: _chosen(zh, en) for code, zh, en, _synonyms in words}


FIELDS = _shared(taxonomy.FIELDS)
LEVELS = _shared(taxonomy.POLICY_LEVELS)
AUDIENCES = _shared(taxonomy.AUDIENCES)
#: What a rule is about, where the general words mean something else.
TOPICS: dict[str, Text] = {
    "department_officer": _l("department compliance officers"),
    "process": _l("processes and controls"),
    "coordination": _l("coordination with legal, internal control and risk"),
    "check": _l("checks"),
    "alert": _l("alerts"),
    "consultation": _l("consultation"),
    "rectification": _l("rectification"),
    "hearing": _l("hearings"),
    "accountability": _l("accountability"),
    "training": _l("training"),
    "handbook": _l("handbook"),
    "special_field": _l("a special field"),
    "overseas": _l("compliance abroad"),
}
#: What a rule in force can be about: what the register of rules offers.
RULED: dict[str, Text] = {
    "all": TERMS["whole"],
    **{
        code: TERMS[code]
        for code in (
            "obligation", "obligation_external", "obligation_internal", "risk_assessment", "risk_response", "monitoring",
            "speakup", "reporting", "improvement", "organisation", "review", "culture", "business", "due_diligence",
        )
    },
    **TOPICS,
}  # fmt: skip
#: What a training can be about.
TAUGHT: dict[str, Text] = {
    code: TERMS[code]
    for code in (
        "general", "obligation_external", "obligation_internal", "risk_assessment", "risk_response", "monitoring",
        "speakup", "reporting", "improvement",
    )
}  # fmt: skip
ACTIONS: dict[str, Text] = {
    "enact": _l("enact"),
    "amend": _l("amend"),
    "repeal": _l("repeal"),
    "interpret": _l("interpret"),
}
LISTS: dict[str, Text] = {
    "duty": _l("list of post duties"),
    "risk": _l("list of risks"),
    "process": _l("list of process controls"),
}
PLANS: dict[str, Text] = {
    "implementation": _l("implementation plan"),
    "improvement": _l("improvement plan"),
    "rectification": _l("rectification plan"),
    "law_popularisation": _l("law popularisation plan"),
    "overseas": _l("measures abroad"),
    "special": _l("special compliance plan"),
    "compliance": _l("compliance plan"),
    "response": _l("response plan"),
    "hearing": _l("next quarter's arrangements"),
}
FEATURES: dict[str, Text] = {
    "lists_duty": _l("list of post duties embedded"),
    "lists_risk": _l("list of risks embedded"),
    "lists_process": _l("list of process controls embedded"),
    "review_policy": _l("review of rules"),
    "review_contract": _l("review of contracts"),
    "review_decision": _l("review of decisions"),
    "review_project": _l("review of major projects"),
    "content_policies": _l("rules kept in the system"),
    "content_cases": _l("cases kept in the system"),
    "content_training": _l("training kept in the system"),
    "content_violations": _l("violations kept in the system"),
    "link_finance": _l("link with finance"),
    "link_investment": _l("link with investment"),
    "link_procurement": _l("link with procurement"),
    "link_other": _l("link with another system"),
    "monitoring": _l("monitoring by system"),
    "alerting": _l("alerts by system"),
    "nodes": _l("controls at key nodes"),
}
STUDIES: dict[str, Text] = {
    "law_thought": _l("Xi Jinping Thought on the Rule of Law"),
    "compliance": _l("idea of compliance"),
    "law_topic": _l("special topic of law"),
}
EXAMS: dict[str, Text] = {
    "law_theory": _l("examination in legal theory"),
    "court_hearing": _l("sitting in on a court hearing"),
    "compliance_staff": _l("assessment of compliance staff"),
    "staff": _l("test of all staff"),
}
OVERSEAS: dict[str, Text] = {
    "setup": _l("set-up and people abroad"),
    "project": _l("major projects abroad"),
    "dispute": _l("disputes abroad"),
    "risk": _l("risks abroad"),
}
SENT: dict[str, Text] = {
    "implementation_plan": _l("implementation plan"),
    "monthly_progress": _l("monthly progress"),
    "publicity_table": _l("table of media reports"),
    "self_check_report": _l("self-check report"),
    "annual_summary": _l("annual summary"),
    "final_report": _l("final report"),
    "proactive": _l("problem reported of own accord"),
    "inspection_material": _l("material for an inspection"),
    "inspection_feedback": _l("what came of an inspection"),
    "signup": _l("sign-up"),
    "other": _l("other"),
}
REPORTS: dict[str, Text] = {
    "regular": _l("regular report"),
    "special": _l("special report"),
    "incident": _l("report of an incident"),
    "violation": _l("report of a violation"),
    "check_rectification": _l("report on checks and rectification"),
    "compliance": _l("compliance report"),
    "duty": _l("report on duties"),
    "risk": _l("risk report"),
}
ACTS: dict[str, Text] = {
    "deploy": _l("deployed the work"),
    "research": _l("looked on the spot"),
    "hearing": _l("heard a report"),
    "supervise": _l("urged and followed up"),
    "instruct": _l("gave written instructions"),
    "promote": _l("set an example"),
}
MEDIA: dict[str, Text] = {"central": _l("central media"), "municipal": _l("municipal media"), "other": _l("other")}
SUBJECTS: dict[str, Text] = {
    "policy": _l("rules"),
    "contract": _l("contracts"),
    "decision": _l("major decisions"),
    "project": _l("major projects"),
    "product": _l("products"),
    "new_business": _l("new business and markets"),
    "marketing": _l("marketing claims"),
    "partner": _l("admission of partners"),
    "donation": _l("donations"),
    "hospitality": _l("hospitality and gifts"),
    "key_post": _l("key posts"),
    "activity": _l("key activities"),
    "business": _l("day-to-day business"),
    "other": _l("other"),
}
CHECKED: dict[str, Text] = {
    "rule": _l("internal rules"),
    "decision": _l("major decisions"),
    "scope": _l("own duties"),
}
MEETINGS: dict[str, Text] = {
    "compliance_report": _l("compliance report"),
    "coordination": _l("coordination meeting"),
    "goal_review": _l("review of objectives"),
    "decision": _l("decision"),
    "risk": _l("risks"),
    "culture": _l("compliance culture"),
    "quarterly_hearing": _l("quarterly hearing"),
    "joint_meeting": _l("joint meeting"),
    "other": _l("other"),
}
AUDITS: dict[str, Text] = {
    "internal": _l("internal audit"),
    "external": _l("external audit"),
    "special": _l("special audit"),
}
INSPECTORS: dict[str, Text] = {
    "discipline": _l("discipline inspection"),
    "audit": _l("audit department"),
    "supervisors": _l("supervisors"),
    "inspection": _l("inspection tour"),
    "superior": _l("parent company"),
}
TRIGGERS: dict[str, Text] = {
    "periodic": _l("periodic"),
    "new_policy": _l("new rule or process"),
    "new_business": _l("new business"),
    "new_product": _l("new product"),
    "new_market": _l("new market"),
    "event": _l("event"),
}
GRAVITIES: dict[str, Text] = {"high": _l("high"), "medium": _l("medium"), "low": _l("low")}
OPINIONS: dict[str, Text] = {
    "agree": _l("agreed"),
    "conditions": _l("agreed with conditions"),
    "revise": _l("to be revised"),
    "material": _l("more material wanted"),
    "disagree": _l("disagreed"),
    "veto": _l("veto"),
}
FOCUSES: dict[str, Text] = {
    "people": _l("key people"),
    "posts": _l("key posts"),
    "links": _l("key links"),
    "general": _l("general"),
    "all_levels": _l("all levels"),
    "policy": _l("carrying out of rules"),
    "overseas": _l("abroad"),
    "process": _l("key processes"),
}
ORIGINS: dict[str, Text] = {
    "self_check": _l("self-check"),
    "check": _l("check of risks"),
    "audit": _l("audit"),
    "inspection": _l("inspection tour"),
    "discipline": _l("discipline inspection"),
    "authority": _l("authority"),
    "disclosure": _l("report of wrongdoing"),
    "monitoring": _l("monitoring"),
    "evaluation": _l("evaluation"),
}
RESPONSES: dict[str, Text] = {
    "plan": _l("response to a risk"),
    "contingency": _l("contingency plan"),
    "drill": _l("drill"),
    "handling": _l("handling of an event"),
}
MADE_KNOWN: dict[str, Text] = {
    "internal": _l("internal"),
    "external": _l("external"),
    "event": _l("event"),
    "leader": _l("leaders"),
    "values": _l("values"),
    "handbook": _l("handbook"),
    "appeal": _l("appeal"),
    "contest": _l("contest"),
    "seminar": _l("seminar"),
    "skit": _l("skit"),
    "lecture": _l("lecture"),
}
KEPT: dict[str, Text] = {
    "risk": _l("risks"),
    "check": _l("checks"),
    "list": _l("lists in use"),
    "training": _l("training"),
    "policy": _l("rules"),
    "response": _l("responses to risks"),
    "self_check": _l("self-checks"),
    "consultation": _l("consultation"),
    "review": _l("reviews"),
}
#: Every fact relation, as the records that feed it.
RECORDS: dict[str, Text] = {
    "appointment": _l("appointments"),
    "body": _l("bodies"),
    "body_member": _l("members of bodies"),
    "meeting": _l("meetings"),
    "obligation": _l("obligations"),
    "risk": _l("risks"),
    "response": _l("responses to risks"),
    "due_diligence": _l("due diligence"),
    "policy": _l("rules"),
    "check": _l("checks"),
    "rectification": _l("rectifications"),
    "review": _l("reviews"),
    "monitoring_plan": _l("monitoring plans"),
    "audit": _l("audits"),
    "management_review": _l("management reviews"),
    "investigation": _l("investigations"),
    "disclosure_channel": _l("channels for reports of wrongdoing"),
    "disclosure": _l("reports of wrongdoing"),
    "mechanism_review": _l("reviews of mechanisms"),
    "report_delivery": _l("compliance reports"),
    "reporting_rule": _l("reporting rules"),
    "training": _l("trainings"),
    "commitment": _l("commitments"),
    "publicity": _l("publicity"),
    "personnel_action": _l("personnel decisions"),
    "accountability": _l("decisions on wrongdoing"),
    "resource": _l("resources"),
    "objective": _l("objectives"),
    "appraisal": _l("appraisals"),
    "survey": _l("surveys"),
    "recusal": _l("recusals"),
    "work_record": _l("work records"),
    "policy_stocktake": _l("stocktakes of rules"),
    "policy_plan": _l("planned changes of rules"),
    "plan": _l("plans"),
    "list_version": _l("versions of the lists"),
    "system_feature": _l("features of systems"),
    "study": _l("studies of the Party committee"),
    "exam": _l("examinations"),
    "training_plan": _l("training plans"),
    "overseas_review": _l("looks at compliance abroad"),
    "authority_report": _l("reports to authorities"),
    "leader_action": _l("leaders' acts"),
    "media_report": _l("media reports"),
    "award": _l("awards"),
    "counsel_opinion": _l("opinions of outside counsel"),
    "decision_opinion": _l("opinions before decisions"),
    "self_check": _l("opinions after self-checks"),
    "duty_log": _l("duty logs"),
    "consultation": _l("consultations"),
    "contract": _l("contracts"),
    "resolution": _l("major decisions"),
    "alert": _l("early warnings"),
    "risk_report": _l("risk reports"),
    "inspection": _l("inspections"),
    "zero_report": _l("zero-risk reports"),
}

Many = Field(max_length=20, strict=False)
Fields = Annotated[tuple[str, ...], Many, Words(FIELDS)]
Ruled = Annotated[tuple[str, ...], Field(max_length=len(RULED), strict=False), Words(RULED)]
Taught = Annotated[tuple[str, ...], Many, Words(TAUGHT)]
Meetings = Annotated[tuple[str, ...], Many, Words(MEETINGS)]
Audits = Annotated[tuple[str, ...], Many, Words(AUDITS)]
Inspectors = Annotated[tuple[str, ...], Many, Words(INSPECTORS)]
Triggers = Annotated[tuple[str, ...], Many, Words(TRIGGERS)]
Gravities = Annotated[tuple[str, ...], Many, Words(GRAVITIES)]
Opinions = Annotated[tuple[str, ...], Many, Words(OPINIONS)]
Focuses = Annotated[tuple[str, ...], Many, Words(FOCUSES)]
Origins = Annotated[tuple[str, ...], Many, Words(ORIGINS)]
Responses = Annotated[tuple[str, ...], Many, Words(RESPONSES)]
Levels = Annotated[tuple[str, ...], Many, Words(LEVELS)]
Audiences = Annotated[tuple[str, ...], Many, Words(AUDIENCES)]
Actions = Annotated[tuple[str, ...], Many, Words(ACTIONS)]
Lists = Annotated[tuple[str, ...], Many, Words(LISTS)]
Plans = Annotated[tuple[str, ...], Many, Words(PLANS)]
Features = Annotated[tuple[str, ...], Many, Words(FEATURES)]
Studies = Annotated[tuple[str, ...], Many, Words(STUDIES)]
Exams = Annotated[tuple[str, ...], Many, Words(EXAMS)]
Overseas = Annotated[tuple[str, ...], Many, Words(OVERSEAS)]
Sent = Annotated[tuple[str, ...], Many, Words(SENT)]
Reports = Annotated[tuple[str, ...], Many, Words(REPORTS)]
Acts = Annotated[tuple[str, ...], Many, Words(ACTS)]
Media = Annotated[tuple[str, ...], Many, Words(MEDIA)]
Subjects = Annotated[tuple[str, ...], Many, Words(SUBJECTS)]
RateSubjects = Annotated[
    tuple[str, ...], Many, Words({code: SUBJECTS[code] for code in ("policy", "contract", "decision")})
]
Checked = Annotated[tuple[str, ...], Many, Words(CHECKED)]
MadeKnown = Annotated[tuple[str, ...], Many, Words(MADE_KNOWN)]
Records = Annotated[tuple[str, ...], Field(max_length=len(RECORDS), strict=False), Words(RECORDS)]
Kept = Annotated[str, Words(KEPT)]
