"""Files that show that a task was done: what may be put to one, and what a task that asks for proof is closed with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from guiju.files.models import StoredFile
from guiju.lib.errors import Problem
from guiju.workflow.models import Task

MOST = 20
Files = list[dict[str, Any]]


def checked(given: Iterable[Mapping[str, Any]]) -> Files:
    """Files that are there, each once, as a task keeps them: digest, name, size, media type."""
    wanted = {str(one.get("digest") or ""): str(one.get("name") or "") for one in given}
    stored = StoredFile.objects.in_bulk(list(wanted))
    missing = next((name or digest[:12] for digest, name in wanted.items() if digest not in stored), "")
    if missing:
        raise _refusal(_("The file “%(name)s” has not been uploaded.") % {"name": missing}, _("Attach it again."))
    if len(wanted) > MOST:
        raise _refusal(_("These are more than %(most)d files.") % {"most": MOST}, _("Keep to the ones that show it."))
    return [
        {"digest": digest, "name": name[:200] or digest[:12], "size": stored[digest].size,
         "media_type": stored[digest].media_type}
        for digest, name in wanted.items()
    ]  # fmt: skip


def joined(held: Files, more: Files) -> Files:
    """What is there with what comes, each file once."""
    return checked({one["digest"]: one for one in [*held, *more]}.values())


def require(task: Task, *, has_record: bool, files: Files) -> None:
    """A task whose maker asked for proof is not closed with words alone."""
    if task.asks_proof and not has_record and not files:
        raise Problem(
            "task.proof",
            _("Whoever made this task asks for proof that it was done."),
            fix=_("Attach a file, or name the record that shows it."),
            where="files",
            status=422,
        )


def names(files: Iterable[Mapping[str, Any]]) -> str:
    """As history tells of them."""
    return "、".join(str(one["name"]) for one in files)


def _refusal(what: str, fix: str) -> Problem:
    return Problem("task.files", what, fix=fix, where="files", status=422)
