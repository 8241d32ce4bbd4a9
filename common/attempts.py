"""What a person tries on a page: where a refusal is shown, and how the answer outlives a redirect."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from common import vault
from common.exceptions import RuleBroken
from common.forms.shared import put_refusal

PREFIX = "attempt."


class attempt:  # noqa: N801 -- read as a verb, as contextlib.suppress is
    """Asks a service. When a rule is broken the block ends there, its refusal is shown, and the view goes on below.

        with attempt(form):
            change_term(…)
            messages.success(request, …)
            return redirect(…)
        return render(…)

    Each rule stands beside its field, in whichever form of the page has it, or above the first form; given a request
    instead of forms, the refusal is a message of the next page. Every other Refusal passes: it has a page of its own.
    """

    def __init__(self, shown_on: forms.BaseForm | HttpRequest, *others: forms.BaseForm) -> None:
        self._shown_on = shown_on
        self._others = others

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, refusal: BaseException | None, traceback: object) -> bool:
        if not isinstance(refusal, RuleBroken):
            return False
        if isinstance(self._shown_on, forms.BaseForm):
            put_refusal(self._shown_on, refusal, *self._others)
        else:
            messages.error(self._shown_on, refusal.message)
        return True


def keep(request: HttpRequest, door: str, form: forms.BaseForm, *, fields: Iterable[str] = ()) -> None:
    """Remember, until the page after the redirect is drawn, what was wrong and the `fields` that are no secret.

    Reloading that page shows the answer again and never makes the attempt again (Post/Redirect/Get).
    """
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
    for name, texts in kept["errors"].items():
        errors[name] = form.error_class(texts, renderer=form.renderer)
