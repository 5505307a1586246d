"""Who may make somebody step aside from a matter: nobody below him, and of a signature nobody beside him either.

Aside(run).may(seat, by, manages) · .refuse(seat, by, manages) · .is_guarded(seat) · .who(seat) -> in a sentence, who can

The head, the leading body and whoever may veto would be worth little if those below them could shut them out as having a conflict
of interest (003 表A.1 独立性, 权限): for them an office above answers. Who is gone or shut out already is nobody's superior;
his place only moves. Everybody steps aside himself.
"""

from __future__ import annotations

from functools import cached_property

from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib.errors import Denied
from guiju.org.enums import Role
from guiju.org.models import Person
from guiju.org.tree import ancestors
from guiju.workflow.owners import Offices
from guiju.workflow.routes import rules, runs, seating
from guiju.workflow.routes.models import Run, Seat

#: How high an office stands. The general counsel is beside the head, who may be the same person, and not above.
_STAFF, _HEAD, _LEADS = 1, 2, 3
_HEIGHTS: dict[str, int] = {
    Role.COMPLIANCE_STAFF: _STAFF, Role.COMPLIANCE_HEAD: _HEAD, Role.GENERAL_COUNSEL: _HEAD,
    Role.FIRST_RESPONSIBLE: _LEADS, Role.LEGAL_REPRESENTATIVE: _LEADS, Role.ACTUAL_CONTROLLER: _LEADS,
}  # fmt: skip
#: How high somebody stands: his office, and how many units above that of the matter he holds it.
Height = tuple[int, int]
_NOWHERE: Height = (0, 0)
#: So many are named in a refusal.
_NAMED = 3


class Aside:
    """The people of one round, by how high their offices stand today."""

    def __init__(self, run: Run) -> None:
        self.run = run
        #: By account, asked for once however many places a page shows.
        self._own: dict[int | None, Height] = {}

    @cached_property
    def _line(self) -> list[int]:
        """The unit of the matter, then those above it."""
        return [one.pk for one in ancestors(self.run.unit, itself=True)][::-1]

    @cached_property
    def _offices(self) -> Offices:
        return Offices(self._line, on=clock.today())

    def may(self, seat: Seat, by: Actor, *, manages: bool) -> bool:
        """May this account say that the holder of the place has a conflict of interest? `manages`: it looks after reviews.

        Whoever stands above by his office may; whoever looks after reviews, of a place that is no signature, where its
        holder stands no higher than he does.
        """
        own = self._of_account(by)
        if not manages and own[0] < _HEAD:
            return False
        if by.is_system or seat.person is None or self._is_out(seat.person):
            return manages
        wanted = self._of_seat(seat)
        if own[0] >= _HEAD and own > wanted:
            return True
        return manages and (own > wanted if self.is_guarded(seat) else own >= wanted)

    def is_guarded(self, seat: Seat) -> bool:
        """Is the place a signature, or its holder's office the head's or above? Whoever empties it does not take it himself."""
        if seat.person is None or self._is_out(seat.person):
            return False
        return runs.signs(self.run, seat) or self._of_seat(seat)[0] >= _HEAD

    def refuse(self, seat: Seat, by: Actor, *, manages: bool) -> None:
        """Refuses whoever may not say so of this place, and names who can."""
        if self.may(seat, by, manages=manages):
            return
        if not manages and self._of_account(by)[0] < _HEAD:
            raise Denied(
                _("Only the compliance department makes somebody step aside."), fix=_("Tell it what you know.")
            )
        raise Denied(
            _("%(name)s signs here or stands above you; you cannot say that %(name)s has to step aside.")
            % {"name": seat.name},
            fix=self.who(seat),
        )

    def who(self, seat: Seat) -> str:
        """Who can make the holder of a place step aside, in a sentence."""
        if names := self._above(seat):
            said = {"names": "、".join(names), "name": seat.name}
            return _("If there is a conflict of interest: tell %(names)s, or ask %(name)s to step aside.") % said
        return _(
            "Nobody here stands above %(name)s: if there is a conflict of interest, ask %(name)s to step aside, or report "
            "the matter to the leading body."
        ) % {"name": seat.name}

    def _is_out(self, person: Person) -> bool:
        return person.pk in self.run.shut_out or not _is_able(person.pk)

    def _of_seat(self, seat: Seat) -> Height:
        """As high as its holder stands anywhere, and no lower than what is signed there."""
        at, least = rules.step_of(self.run.steps[seat.step]), 0
        if runs.is_routed(seat):
            least = {rules.BODY: _LEADS, rules.HEAD: _HEAD}.get(at.part, _STAFF if at.veto else 0)
        held = self._of_person(seat.person_id) if seat.person_id is not None else _NOWHERE
        return max(held, (least, 0))

    def _of_account(self, by: Actor) -> Height:
        if by.user_id not in self._own:
            self._own[by.user_id] = self._height_of(by)
        return self._own[by.user_id]

    def _height_of(self, by: Actor) -> Height:
        own = Person.objects.filter(user_id=by.user_id).values_list("pk", flat=True).first() if by.user_id else None
        if own is None or own in self.run.shut_out or not _is_able(own):
            return _NOWHERE
        return self._of_person(own)

    def _of_person(self, person: int) -> Height:
        held = [(up, self._offices.roles_of(pk, person)) for up, pk in enumerate(self._line)]
        return max(((_HEIGHTS.get(role, 0), up) for up, roles in held for role in roles), default=_NOWHERE)

    def _above(self, seat: Seat) -> list[str]:
        """Names of those with an account who stand above the place, the nearest first."""
        wanted = self._of_seat(seat)
        found: dict[int, tuple[int, int, str]] = {}
        for up, pk in enumerate(self._line):
            for role, height in _HEIGHTS.items():
                for one in self._offices.people(pk, role) if (height, up) > wanted else ():
                    if one.person_id not in self.run.shut_out and _is_able(one.person_id):
                        found[one.person_id] = min(
                            found.get(one.person_id, (up, height, one.name)), (up, height, one.name)
                        )
        return [name for _up, _height, name in sorted(found.values())][:_NAMED]


def _is_able(pk: int) -> bool:
    return seating.is_able(Person(pk=pk), on=clock.today())
