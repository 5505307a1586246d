"""Pages of duties and of the organisation."""

from __future__ import annotations


def ways() -> None:
    """What this part adds beside records; its tasks are those of rectifications and documents."""
    from guiju.governance.duties import terms
    from guiju.web.governance.duties import doors
    from guiju.web.registers import beside

    for register in (terms.AUDITS, terms.INSPECTIONS, terms.REVIEWS):
        beside.register(register, doors.beside_round)
    beside.register(terms.RECTIFICATIONS, doors.beside_rectification)
    beside.register("people", doors.beside_person)
