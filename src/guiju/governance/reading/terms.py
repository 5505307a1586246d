"""Words that the parts of reading share."""

from __future__ import annotations

from typing import Final

#: What tasks of this part are about: the reading itself, and people of a department who are late.
ABOUT: Final = "reading"
LATE: Final = "reading_late"
RECEIPT: Final = "receipt"
#: Audiences of `taxonomy.audience` that can be found in what is known of people.
KINDS: Final = ("all", "managers", "officers", "compliance_staff", "department_officer", "key_posts", "new_hires")
#: Working days before (after: negative) the last day on which everybody who has not confirmed is reminded.
RUNGS: Final = (5, 1, -1, -5, -10, -15, -20)
#: Days that somebody has who is asked later than the others, and that a department has to follow up its people.
LATER: Final = 10
FOLLOW_UP: Final = 5
ONLINE, PAPER = "online", "paper"
