"""The description for machines and for people; neither needs anything from outside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guiju.access import policy
from guiju.api import service, wire


@policy.public("describes addresses, shows no data")
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return HttpResponse(wire.dumps(service.document()), content_type="application/json; charset=utf-8")


@policy.signed_in("explains the API to those who write programs against it")
def page(request: HttpRequest) -> HttpResponse:
    """The same as a page."""
    document = service.document()
    context = {"title": _("API"), "info": document["info"], "groups": _groups(document)}
    return render(request, "api/docs.html", context)


def _groups(document: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(_shown(document, path, method.upper(), operation))
    return list(groups.items())


def _shown(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    answers = [(status, found) for status, found in operation["responses"].items() if int(status) < 400]
    refused = sorted(int(status) for status in operation["responses"] if int(status) >= 400)
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "path": path,
        "method": method,
        "summary": operation["summary"],
        "permission": operation["x-permission"],
        "parameters": [_parameter(document, item) for item in operation["parameters"]],
        "body": [(media, _fields(document, found["schema"])) for media, found in body.items()],
        "answers": [
            (status, media, _fields(document, content["schema"]))
            for status, found in answers
            for media, content in found.get("content", {}).items()
        ],
        "refused": refused,
    }


def _parameter(document: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    found = _resolved(document, item)
    return {**found, "kind": _kind(document, found["schema"])}


def _resolved(document: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in item:
        target: Any = document
        for step in item["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        item = target
    return item


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of an object (or of the objects in a list) as lines."""
    found = _resolved(document, schema)
    if found.get("type") == "array":
        found = _resolved(document, found["items"])
    required = found.get("required", [])
    return [
        {
            "name": name,
            "kind": _kind(document, item),
            "required": name in required,
            "description": item.get("description", ""),
        }
        for name, item in found.get("properties", {}).items()
    ]


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """A type in a few words."""
    if "$ref" in schema:
        found = _resolved(document, schema)
        return _kind(document, found) if "enum" in found else schema["$ref"].rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(_kind(document, item) for item in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{_kind(document, schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")
