"""A second click on “save”, and files named by their digest alone."""

from __future__ import annotations

import hashlib
import re

from guiju.files import store as files
from guiju.registers.models import Entry
from guiju.trail.models import Event
from tests.api.conftest import open_caller
from tests.conftest import Cast

VALUES = {"number": "Z-1", "problem": "印章", "source": "audit", "found_on": "2026-01-05", "due_on": "2026-02-01"}


def test_a_form_sent_twice_makes_one_record(cast: Cast) -> None:
    client = cast.client(cast.mei)
    once = re.search(r'name="once" value="([^"]+)"', client.get("/r/rectifications/new").content.decode())
    assert once
    sent = {**VALUES, "owner": str(cast.wang.uid), "once": once[1]}
    first, second = (client.post("/r/rectifications/new", sent) for _click in range(2))
    assert first["Location"] == second["Location"]
    assert Entry.objects.filter(number="Z-1").count() == 1
    assert Event.objects.filter(action="entry.created").count() == 1


def test_the_same_page_filled_in_differently_makes_another_record(cast: Cast) -> None:
    client = cast.client(cast.mei)
    once = re.search(r'name="once" value="([^"]+)"', client.get("/r/rectifications/new").content.decode())
    assert once
    for number in ("Z-1", "Z-2"):
        client.post("/r/rectifications/new", {**VALUES, "owner": "1001", "number": number, "once": once[1]})
    assert Entry.objects.filter(number__startswith="Z-").count() == 2


def test_a_forged_mark_of_the_form_changes_nothing(cast: Cast) -> None:
    client = cast.client(cast.mei)
    for _click in range(2):
        client.post("/r/rectifications/new", {**VALUES, "owner": "1001", "once": "x" * 40})
    assert Entry.objects.filter(number="Z-1").count() == 2


def test_nobody_takes_a_strangers_file_by_its_digest(cast: Cast, settings, tmp_path) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    secret = b"%PDF-1.4\nstrangers\n%%EOF"
    files.save(secret, name="a.pdf", by=cast.actor(cast.tan))
    digest = hashlib.sha256(secret).hexdigest()
    caller = open_caller(cast.mei, cast.sub)
    values = {**VALUES, "owner": "1001"}
    stolen = {**values, "files": [{"digest": digest, "name": "a.pdf"}]}
    refused = caller.post("/registers/rectifications/entries", {"unit": "HD-01", "values": stolen})
    assert refused.status_code == 422
    made = caller.post("/registers/rectifications/entries", {"unit": "HD-01", "values": values}).json()
    changed = caller.patch(
        f"/registers/rectifications/entries/{made['uid']}", {"version": 1, "values": {"files": stolen["files"]}}
    )
    assert changed.status_code == 422
    assert caller.get(f"/registers/rectifications/entries/{made['uid']}/files/{digest}").status_code == 404
