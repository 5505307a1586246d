"""What the graph is made of: which records can be joined, and along which joints a change is carried on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: The registers whose records are nodes, in the order in which pages show them.
NODES = (
    "obligations", "risk_list", "controls", "posts", "duty_list", "process_list", "policy_clauses", "policies",
    "trainings", "training_plans", "contracts",
)  # fmt: skip

#: What can be linked with what, each pair once, the source of a change before what it touches.
PAIRS: Mapping[str, tuple[str, ...]] = {
    "obligations": (
        "risk_list", "controls", "posts", "duty_list", "process_list", "policy_clauses", "policies", "trainings",
        "training_plans", "contracts",
    ),
    "risk_list": (
        "controls", "posts", "duty_list", "process_list", "policy_clauses", "policies", "trainings", "training_plans",
        "contracts",
    ),
    "process_list": ("controls", "posts", "duty_list", "policy_clauses", "policies", "trainings", "training_plans",
                     "contracts"),
    "controls": ("posts", "duty_list", "policy_clauses", "policies", "trainings", "training_plans"),
    "posts": ("duty_list", "policy_clauses", "policies", "trainings", "training_plans"),
    "duty_list": ("policy_clauses", "policies", "trainings", "training_plans"),
    "policy_clauses": ("trainings", "training_plans", "contracts"),
    "policies": ("policy_clauses", "trainings", "training_plans", "contracts"),
}  # fmt: skip

#: Rules are touched by obligations and risks, and touch in their turn what follows them.
_BACK: Mapping[str, tuple[str, ...]] = {
    "policies": ("obligations", "risk_list", "controls", "posts", "duty_list", "process_list"),
    "policy_clauses": ("obligations", "risk_list", "controls", "posts", "duty_list", "process_list"),
    "duty_list": ("posts",),
}


def _sides() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {code: set() for code in NODES}
    for left, rights in PAIRS.items():
        for right in rights:
            found[left].add(right)
            found[right].add(left)
    return {code: frozenset(others) for code, others in found.items()}


#: Register -> registers whose records may be linked with its.
PARTNERS = _sides()

#: Register -> registers to whose records a change is carried on. It never goes up: a risk that is rated anew says
#: nothing about the law behind it, and would otherwise reach every other risk of that law.
CARRIES: Mapping[str, frozenset[str]] = {
    code: frozenset((*PAIRS.get(code, ()), *_BACK.get(code, ()))) for code in NODES
}

#: A change reaches what is at most so many links away.
STEPS = 2

#: References that fields hold already: (register, field, column of `Entry` or empty, register referred to).
#: They are read as confirmed links and not stored a second time.
FIELDS = (
    ("policy_clauses", "policy", "ref_1", "policies"),
    ("risk_responses", "risk", "ref_1", "risk_list"),
    ("alerts", "risk", "ref_1", "risk_list"),
    ("risk_list", "library", "ref_1", "risk_library"),
    ("rectifications", "risk", "", "risk_list"),
)
#: Records that hang on the graph and lead no further.
LEAVES = frozenset({"risk_responses", "alerts", "rectifications", "risk_library"})

#: States in which a record is no longer in use: nothing is asked of it, and no change passes through it.
ENDED: Mapping[str, frozenset[str]] = {
    "obligations": frozenset({"lapsed"}),
    "risk_list": frozenset({"closed"}),
    "controls": frozenset({"abolished"}),
    "posts": frozenset({"abolished"}),
    "duty_list": frozenset({"abolished"}),
    "process_list": frozenset({"abolished"}),
    "policy_clauses": frozenset({"lapsed"}),
    "policies": frozenset({"repealed"}),
    "contracts": frozenset({"ended"}),
    "training_plans": frozenset({"done", "dropped"}),
}

#: The fields whose change is one of substance; a change of state always is. Of a process node only its end counts.
SUBSTANCE: Mapping[str, tuple[str, ...]] = {
    "obligations": ("duty", "source", "clause", "text", "valid_from", "ends_on"),
    "risk_list": (
        "name", "level", "behaviour", "basis", "basis_policy", "basis_law", "basis_regulation", "basis_standard",
        "basis_rules", "basis_other", "measure",
    ),
    "policies": ("name", "number", "level", "gist", "files"),
    "policy_clauses": ("source", "clause", "text", "ends_on"),
    "process_list": (),
}  # fmt: skip

#: Working days for looking at what a change touches: a month, in which a department can hear its posts, amend a row
#: and have the list approved; the ladder of reminders begins ten working days before.
WORKING_DAYS = 20

#: More causes than this in one transaction (an import) are worked through afterwards by a job.
AT_ONCE = 200


def may_link(one: str, other: str) -> bool:
    """Do records of these two registers belong together at all?"""
    return other in PARTNERS.get(one, frozenset())


def is_live(register: str, status: str) -> bool:
    """Is a record in this state still in use?"""
    return status not in ENDED.get(register, frozenset())


def in_order(registers: Iterable[str]) -> list[str]:
    """Registers as pages show them, those that hang on the graph last."""
    ranks = {code: rank for rank, code in enumerate(NODES)}
    return sorted(set(registers), key=lambda code: (ranks.get(code, len(ranks)), code))
