"""What each office must do by the documents adopted, and what its holder did; what the organisation lacks."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
    from guiju.governance.duties import terms, third
    from guiju.registers import changes

    changes.keep(terms.AUDITS, third.kept)
    changes.keep(terms.INSPECTIONS, third.kept)
    changes.keep(terms.REVIEWS, third.kept_review)
    changes.listen(third.on_rows)
