"""Risk work: the matrix, assessment rounds, the library, warnings and reports with their time limits."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to the rows it follows and completes."""
    from guiju.compliance.risks import filling, following, library, matrix, rounds, telling
    from guiju.registers import changes, directory, scales

    changes.fill(filling.REGISTER, filling.levels)
    changes.prepare(following.REPORTS, following.before_report_moves)
    changes.listen(rounds.on_rows)
    changes.listen(following.on_rows)
    scales.register(filling.REGISTER, lambda unit: matrix.of(unit).names)
    directory.share(library.REGISTER, library.shared_uids)
    telling.set_up()
