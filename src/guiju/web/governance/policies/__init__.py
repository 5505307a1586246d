"""Pages of the library of rules."""

from __future__ import annotations


def ways() -> None:
    """Where tasks of this part lead, what it adds beside records, and how the file of a text looks."""
    from guiju.documents.kinds import policy_text
    from guiju.governance.policies import papers
    from guiju.governance.policies.terms import ABOUT, REGISTER
    from guiju.web.governance.policies import doors, execution, panels
    from guiju.web.registers import beside
    from guiju.web.workflow import abouts

    papers.register(policy_text.word)
    abouts.register(ABOUT, doors.of_task)
    beside.register(REGISTER, doors.beside_policy)
    beside.register("rectifications", doors.beside_problem)
    beside.register("policy_plans", doors.beside_plan)
    panels.register(execution.panel)
