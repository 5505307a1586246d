"""Pages of bodies, meetings, opinions before decisions and shared matters."""

from __future__ import annotations


def ways() -> None:
    """Where tasks of this part lead, and what it adds beside records."""
    from guiju.governance.meetings.terms import ABOUT_ITEM, ABOUT_MATTER, ABOUT_MEETING, ABOUT_SELF_CHECK
    from guiju.web.governance.meetings import doors
    from guiju.web.registers import beside
    from guiju.web.workflow import abouts

    abouts.register(ABOUT_MEETING, doors.of_meeting)
    abouts.register(ABOUT_ITEM, doors.of_opinion)
    abouts.register(ABOUT_MATTER, doors.of_matter)
    abouts.register(ABOUT_SELF_CHECK, doors.of_self_check)
    for code, provider in doors.BESIDE.items():
        beside.register(code, provider)
