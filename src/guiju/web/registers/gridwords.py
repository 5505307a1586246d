"""What the script of the table says; `%s` stands for what it fills in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guiju.registers.spec import RegisterSpec


def words(spec: RegisterSpec) -> dict[str, str]:
    """All sentences by the name under which the script asks for them."""
    return {
        "table": spec.title(),
        "unit": _("Unit"),
        "status": _("Status"),
        "row": _("Row %s"),
        "required": _("must be filled in"),
        "new": _("New row"),
        "changed": _("Changed, not saved yet"),
        "removed": _("Will be removed"),
        "locked": _("You may look at this row but not change it."),
        "kept": _("You may change this row but not remove it."),
        "empty": _("empty"),
        "unsaved": _("This page has changes that are not saved."),
        "fresh": _("%s new"),
        "altered": _("%s changed"),
        "gone": _("%s to remove"),
        "comma": _(", "),
        "skipped": _(
            "%s cells were left as they are, because their rows may not be changed or there is no column for them."
        ),
        "headings": _("The columns were found by their headings."),
        "grey": _("The grey columns were left out: states are changed on the page of a record."),
        "too_many": _("At most %s rows are saved at once. Import the list as a file instead."),
        "no_rows": _("There are no rows left for %s of the pasted lines."),
        "decide": _("Choose one side for each cell that both of you changed."),
        "offline": _("The server did not answer. What you entered is still on this page; try again in a moment."),
        "refused": _("Nothing was saved. Copy what you entered, load the page again and paste it."),
        "faults": _("Cells that are not right: %s. Nothing was saved."),
        "more": _("… and %s more; they are marked in the table."),
        "clashes": _("Rows that somebody else has changed meanwhile: %s. Nothing was saved."),
        "clash_by": _("%s changed this row."),
        "gone_by": _("%s has removed this row."),
        "taken_over": _(
            "What only the other side changed stands in your table now. Nothing is saved before you save again."
        ),
        "column": _("Column"),
        "before": _("Before"),
        "theirs": _("Theirs"),
        "mine": _("Mine"),
        "take_theirs": _("Take theirs"),
        "take_mine": _("Keep mine"),
        "all_theirs": _("Take theirs everywhere"),
        "all_mine": _("Keep mine everywhere"),
        "drop": _("Leave it removed"),
        "again": _("Enter it as a new row"),
        "still": _("It is no longer marked for removal. Mark it again if it should go."),
    }
