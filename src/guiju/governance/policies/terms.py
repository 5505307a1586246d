"""Words that the parts of the library of rules share."""

from __future__ import annotations

from typing import Final

REGISTER: Final = "policies"
PLANS: Final = "policy_plans"
CLAUSES: Final = "policy_clauses"
#: What tasks of this part are about.
ABOUT: Final = "policy"
DRAFT, ISSUED, REPEALED = "draft", "issued", "repealed"
#: Characters of a text: some 2,500 pages.
LONGEST: Final = 3_000_000
