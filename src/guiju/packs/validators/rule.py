"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from guiju.lib.errors import Fault
from guiju.packs.folder import House, PackFolder

#: Looks at one pack among its neighbours and yields what breaks the rule its module states.
Rule = Callable[[PackFolder, House], Iterator[Fault]]
