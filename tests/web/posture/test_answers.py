"""What a unit answers to: documents with their dates on one screen, and how an adoption is prepared."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from guiju.lib import clock
from guiju.posture.models import Adoption
from guiju.posture.programme import in_month
from guiju.web.desks import numbers
from guiju.web.posture import counts
from tests.conftest import Cast, english
from tests.web.conftest import URN, Firm
from tests.web.posture.conftest import YEAR_OF_ACTION, Drive

PAGE = "/u/HD/posture/"


def part(body: str, heading: str) -> str:
    """What stands under a heading, up to the next section."""
    return body[body.index(heading) :].split("</section>", maxsplit=1)[0]


def test_a_running_programme_tells_its_base_date_its_stage_and_the_days_left(drive: Drive) -> None:
    adoption = drive.runs()
    body = drive.firm.page(PAGE)
    assert f"base date {adoption.base_date}" in body
    assert "gj-stage--now" in body
    assert adoption.to_on is not None
    assert f"{(adoption.to_on - clock.today()).days} days to the end" in body
    assert f"/u/HD/posture/{YEAR_OF_ACTION}/?status=not_due" in body


def test_each_document_has_its_own_counts_and_those_of_all_levels(firm: Firm) -> None:
    body = firm.page(PAGE)
    assert "The unit itself" in body
    assert "All levels: 2 units" in body
    assert "Consultation draft" in body


def test_what_is_not_adopted_is_offered_and_never_red(firm: Firm) -> None:
    offered = part(firm.page(PAGE), "Documents on offer")
    assert f"/u/HD/adopt/?pack={YEAR_OF_ACTION}" in offered
    assert URN not in offered
    assert "gj-status--unmet" not in offered


def test_an_ended_programme_stands_apart_with_its_last_day(drive: Drive) -> None:
    adoption = drive.ended()
    body = drive.firm.page(PAGE)
    ended = part(body, "Ended programmes (frozen as of their last day)")
    assert drive.pack.title_en in ended
    assert "Run it again" in ended
    assert drive.pack.title_en not in body[: body.index("Ended programmes")].split('id="adopted"')[1]
    assert f"ended on {adoption.to_on}" in drive.firm.page(f"{PAGE}{YEAR_OF_ACTION}/")


def test_an_ended_programme_is_counted_on_no_desk(drive: Drive) -> None:
    drive.ended()
    assert [stand.pack.urn for stand in counts.stands(drive.firm.cast.group)] == [URN]


def test_an_adoption_that_begins_later_is_shown_as_such(drive: Drive) -> None:
    later = clock.today() + timedelta(days=40)
    drive.adopt(drive.firm.cast.group, later, later.replace(day=1))
    body = drive.firm.page(PAGE)
    assert f"from {later}" in body
    assert "Nothing is asked before that day." in body


def test_a_document_that_only_units_below_have_adopted_stands_apart(drive: Drive) -> None:
    drive.subsidiary(1)
    body = drive.firm.page(PAGE)
    own, below = part(body, "1 document that the unit has adopted"), part(body, "Adopted only by units below")
    assert (URN in own, URN in below) == (True, False)
    assert (YEAR_OF_ACTION in own, YEAR_OF_ACTION in below) == (False, True)
    assert "All levels: 1 unit" in below


def test_the_desk_counts_only_what_the_unit_itself_has_adopted(drive: Drive) -> None:
    before = stats(drive)
    drive.subsidiary(1)
    assert stats(drive) == before
    body = drive.firm.page("/")
    assert body.index(URN) < body.index("Adopted only by units below") < body.index(YEAR_OF_ACTION)


def stats(drive: Drive) -> list[object]:
    """The numbers of the group's desk."""
    group = drive.firm.cast.group
    return [(one["label"], one["value"]) for one in numbers.of_stands(group, counts.stands(group))]


def test_an_adoption_of_a_later_day_is_not_among_the_adopted(drive: Drive) -> None:
    later = clock.today() + timedelta(days=40)
    drive.adopt(drive.firm.cast.group, later, later.replace(day=1))
    body = drive.firm.page(PAGE)
    assert YEAR_OF_ACTION not in part(body, "1 document that the unit has adopted")
    assert YEAR_OF_ACTION in part(body, "Adopted from a later day on")


def test_who_may_not_adopt_sees_no_such_button(firm: Firm) -> None:
    assert "/adopt/" not in firm.page(PAGE, "qian")


def test_a_unit_without_documents_is_offered_them(cast: Cast) -> None:
    body = english(cast.client(cast.tan)).get("/u/SJ/posture/").content.decode()
    assert "No document has been adopted" in body
    assert "Documents on offer" in body


def test_a_stranger_is_told_nothing(firm: Firm) -> None:
    client = firm.client("tan")
    for page in ("posture/", "heat/", "crosswalk/", "late/", f"posture/{URN}/past/", f"posture/{URN}/tree/"):
        assert client.get(f"/u/HD/{page}").status_code == 404, page


def test_the_screen_asks_no_more_with_more_units(drive: Drive, cost: Callable[[Client, str], int]) -> None:
    client = drive.firm.client()
    drive.runs()
    drive.subsidiary(1)
    few = cost(client, PAGE)
    for number in range(2, 6):
        drive.subsidiary(number)
    assert cost(client, PAGE) == few <= 22


def test_the_form_of_an_adoption_suggests_a_base_date_for_a_programme_that_is_over(firm: Firm) -> None:
    body = firm.page(f"/u/HD/adopt/?pack={YEAR_OF_ACTION}")
    assert f'value="{clock.today().year}-01-01"' in body
    assert "The document counts from 2023-01-01" in body


def test_how_the_dates_shift_is_shown_before_anything_is_saved(firm: Firm) -> None:
    base = in_month(clock.today().year, clock.today().month + 2, 1)
    asked = f"pack={YEAR_OF_ACTION}&from_on={clock.today()}&base_date={base}"
    body = firm.page(f"/u/HD/adopt/preview/?{asked}")
    end = in_month(base.year + 1, base.month, 1) - timedelta(days=1)
    assert f"{base} — {end}" in body
    assert "First deadlines" in body
    assert "<html" not in body


def test_a_programme_that_would_be_over_says_so_and_what_to_do(firm: Firm) -> None:
    body = firm.page(f"/u/HD/adopt/preview/?pack={YEAR_OF_ACTION}&from_on={clock.today()}")
    assert "before the adoption begins" in body
    assert "as base date, for instance" in body
    given = {"pack": YEAR_OF_ACTION, "mode": "voluntary", "from_on": clock.today().isoformat(), "reason": "Resolution"}
    answer = english(firm.client()).post("/u/HD/adopt/", given)
    assert answer.status_code == 422
    assert "give the day on which it begins for you" in html.unescape(answer.content.decode())


def test_a_document_without_dates_says_that_a_base_date_changes_nothing(firm: Firm) -> None:
    body = english(firm.client("lin")).get(f"/u/HD-01-A/adopt/preview/?pack={URN}").content.decode()
    assert "sets no dates" in body


def test_looking_at_the_dates_without_scripts_saves_nothing(firm: Firm) -> None:
    before = Adoption.objects.count()
    given = {"pack": YEAR_OF_ACTION, "from_on": clock.today().isoformat(), "preview": "1"}
    answer = english(firm.client()).post("/u/HD/adopt/", given)
    assert answer.status_code == 200
    assert "How the dates fall" in answer.content.decode()
    assert Adoption.objects.count() == before


def test_a_base_date_is_saved_with_the_adoption(drive: Drive) -> None:
    base = clock.today().replace(day=1)
    given = {
        "pack": YEAR_OF_ACTION, "mode": "mandatory", "from_on": clock.today().isoformat(),
        "base_date": base.isoformat(), "reason": "Notice of the authority",
    }  # fmt: skip
    assert drive.firm.client().post("/u/HD/adopt/", given).status_code == 302
    assert Adoption.objects.get(pack=drive.pack).base_date == base
