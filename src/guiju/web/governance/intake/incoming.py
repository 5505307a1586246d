"""Files as a form or a script sends them."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from guiju.governance.intake.receiving import Upload
from guiju.lib.errors import Problem
from guiju.web import faults


def by_script(request: HttpRequest) -> bool:
    """Does a script of ours ask, which reads JSON?"""
    return request.headers.get("Accept", "").startswith("application/json")


def uploads(request: HttpRequest) -> list[Upload]:
    """Files with the folders that they lay in, in the same order."""
    given = request.FILES.getlist("files")
    folders = request.POST.getlist("folders")
    folders += [""] * (len(given) - len(folders))
    return [Upload(one.name or "", one, folder) for one, folder in zip(given, folders, strict=False)]


def refusal(problem: Problem) -> JsonResponse:
    """A refusal for the script."""
    words = " ".join(filter(None, (problem.what, problem.fix, *faults.sentences(problem))))
    return JsonResponse({"code": problem.code, "words": words}, status=problem.status)
