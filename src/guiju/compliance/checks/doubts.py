"""What looks like routine, and therefore needs a word of explanation. Nothing here says that somebody did wrong.

The figures stand here, once, with their reasons; pure functions over what was recorded, queries in `compare`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Notes and samples of two runs that agree word for word: beyond this share somebody has copied rather than looked.
SAME_SHARE = 80
#: Below this share of the expected time a careful look is not credible; a practised checker needs about half of it.
TIME_SHARE = 20
#: Where a plan says nothing, a look at one item takes about this long: open the papers, read, note.
MINUTES_PER_ITEM = 5
#: Reading one item on a screen and tapping takes longer than this.
SECONDS_PER_ITEM = 5
#: A rule of three: one quiet period is luck, two a trend, three deserve a question when others find something.
ZERO_PERIODS = 3
#: Fewer items than this say nothing about speed or sameness.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Look:
    """One item as it was recorded: `subject` tells which items of two runs are the same."""

    subject: str
    words: str
    sample: str
    sampled: int | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to ask: a code, the figures behind it, and the sentence."""

    code: str
    figures: Mapping[str, int]

    @property
    def words(self) -> str:
        """The sentence, in the reader's language; each ends by saying that it needs an explanation."""
        return _SENTENCES[self.code](self.figures) if self.code in _SENTENCES else self.code

    def stored(self) -> dict[str, object]:
        """As a run keeps it."""
        return {"code": self.code, "figures": dict(self.figures)}


def same_words(now: Sequence[Look], last: Sequence[Look]) -> Doubt | None:
    """The notes of this run repeat those of the last one."""
    before = {one.subject: _plain(one.words) for one in last}
    noted = [one for one in now if _plain(one.words)]
    if len(noted) < FEWEST:
        return None
    same = sum(_plain(one.words) == before.get(one.subject) for one in noted)
    share = same * 100 // len(noted)
    return Doubt("same_words", {"same": same, "of": len(noted)}) if share >= SAME_SHARE else None


def too_quick(*, minutes: int, looked: int, expected: int | None) -> Doubt | None:
    """Minutes for hours of work."""
    wanted = looked * (expected or MINUTES_PER_ITEM)
    if looked < FEWEST or minutes * 100 >= wanted * TIME_SHARE:
        return None
    return Doubt("too_quick", {"minutes": minutes, "expected": wanted, "items": looked})


def all_at_once(now: Sequence[Look]) -> Doubt | None:
    """All items were recorded within seconds of each other."""
    times = sorted(one.at for one in now if one.at is not None)
    if len(times) < FEWEST:
        return None
    seconds = int((times[-1] - times[0]).total_seconds())
    return (
        Doubt("all_at_once", {"seconds": seconds, "items": len(times)})
        if seconds < SECONDS_PER_ITEM * (len(times) - 1)
        else None
    )


def no_sample(now: Sequence[Look]) -> Doubt | None:
    """Nothing was drawn as a sample."""
    if any((one.sampled or 0) > 0 or _plain(one.sample) for one in now):
        return None
    return Doubt("no_sample", {"items": len(now)}) if now else None


def same_sample(now: Sequence[Look], last: Sequence[Look]) -> Doubt | None:
    """The sample is the very one of the last run."""
    drawn = sorted(_plain(one.sample) for one in now if _plain(one.sample))
    before = sorted(_plain(one.sample) for one in last if _plain(one.sample))
    return Doubt("same_sample", {"items": len(drawn)}) if drawn and drawn == before else None


def always_zero(*, periods: int, others: int, found: int) -> Doubt | None:
    """Nothing found for periods in a row, while other units or other sources show something in the same field."""
    if periods < ZERO_PERIODS or not (others or found):
        return None
    return Doubt("always_zero", {"periods": periods, "units": others, "found": found})


def of_run(
    now: Sequence[Look], last: Sequence[Look], *, minutes: int, expected: int | None, zero: Doubt | None
) -> list[Doubt]:
    """All doubts about one run."""
    found = (
        same_words(now, last),
        too_quick(minutes=minutes, looked=len(now), expected=expected),
        all_at_once(now),
        no_sample(now),
        same_sample(now, last),
        zero,
    )
    return [one for one in found if one is not None]


def read(stored: Sequence[Mapping[str, object]]) -> list[Doubt]:
    """The doubts that a run keeps."""
    return [Doubt(str(one["code"]), one.get("figures") or {}) for one in stored]  # type: ignore[arg-type]


def _plain(words: str) -> str:
    return "".join(words.split()).strip("。.，,；;")


_SENTENCES = {
    "same_words": lambda f: _(
        "%(same)s of %(of)s notes are word for word those of the last time; this needs an explanation."
    ) % f,
    "too_quick": lambda f: ngettext(
        "%(minutes)s minute was used for %(items)s items that usually take about %(expected)s; this needs an explanation.",
        "%(minutes)s minutes were used for %(items)s items that usually take about %(expected)s; this needs an explanation.",
        f["minutes"],
    ) % f,
    "all_at_once": lambda f: _(
        "All %(items)s items were recorded within %(seconds)s seconds; this needs an explanation."
    ) % f,
    "no_time": lambda f: _("How long the check took is not recorded; this needs an explanation.") % f,
    "no_sample": lambda f: _("No sample was noted for any item; this needs an explanation.") % f,
    "same_sample": lambda f: _("The sample is the same as the last time; this needs an explanation.") % f,
    "always_zero": lambda f: _(
        "Nothing was found for %(periods)s periods in a row, while in the same field %(units)s other units found "
        "something and other sources show %(found)s matters; this needs an explanation."
    ) % f,
}  # fmt: skip
