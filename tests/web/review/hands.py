"""What stories about the pages of reviews share: one's browser, a page, a step, the form of a contract."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from guiju.review.models import Matter
from tests.conftest import Cast
from tests.review.house import TEXT, Reviewers


def client(cast: Cast, them: Reviewers, who: str) -> Client:
    """The browser of one of the reviewers."""
    return cast.client(getattr(them, who))


def page(browser: Client, name: str, *args: object, status: int = 200, **query: str) -> str:
    """What a page says."""
    answer = browser.get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.content.decode()[:800]
    return answer.content.decode()


def fresh(matter: Matter) -> Matter:
    """The matter as it stands now."""
    return Matter.objects.select_related("unit", "department", "owner").get(pk=matter.pk)


def does(browser: Client, matter: Matter, move: str, *, status: int = 302, **sent: Any) -> str:
    """One step on the page of a matter."""
    given = {"version": str(fresh(matter).version), **sent}
    answer = browser.post(reverse("review-do", args=[matter.uid, move]), given)
    assert answer.status_code == status, (move, answer.status_code, answer.content.decode()[:1500])
    return answer.content.decode()


def file(text: bytes = TEXT, name: str = "合同.txt") -> SimpleUploadedFile:
    """A document as a browser sends it."""
    return SimpleUploadedFile(name, text, content_type="text/plain")


def contract(**more: Any) -> dict[str, Any]:
    """The form of a contract, filled in."""
    return {
        "title": "办公设备采购合同", "amount": "300000", "form-party": "某某科技有限公司", "papers-text": file(), **more,
    }  # fmt: skip
