"""Post/Redirect/Get for attempts that count: reloading the page shows its answer and never makes the attempt again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest

from common import vault

PREFIX = "attempt."


def keep(request: HttpRequest, door: str, form: forms.BaseForm, *, fields: Iterable[str] = ()) -> None:
    """Remember, until the page after the redirect is drawn, what was wrong and the `fields` that are no secret."""
    kept = {
        "errors": {
            name: [error["message"] for error in errors] for name, errors in form.errors.get_json_data().items()
        },
        "initial": {name: form.data.get(name, "") for name in fields},
    }
    request.session[PREFIX + door] = vault.seal(json.dumps(kept).encode()).decode()


def put_back(request: HttpRequest, door: str, form: forms.BaseForm) -> None:
    """Show in an unbound form what keep() remembered, once."""
    sealed = request.session.pop(PREFIX + door, "")
    if not sealed:
        return
    kept: dict[str, Any] = json.loads(vault.unseal(sealed.encode()))
    form.initial = {**form.initial, **kept["initial"]}
    errors = form.errors
    for name, messages in kept["errors"].items():
        errors[name] = form.error_class(messages, renderer=form.renderer)
