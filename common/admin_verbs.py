"""Buttons in the admin: facts and states are read there, and what acts is a service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from common.actor import ActorRequest
from common.admin import ReadOnlyAdmin
from common.attempts import attempt
from common.forms.shared import ReasonForm


@dataclass(frozen=True)
class Verb:
    """A button: what it does, who sees it, in which states, and whether it asks for a motivo."""

    label: str
    done: str
    permission: str
    states: tuple[str, ...]
    act: Callable[..., object]
    asks_reason: bool = True


class VerbAdmin(ReadOnlyAdmin):
    """Read-only rows with buttons; each button leads to a page that confirms by POST."""

    change_form_template = "admin/verbs_change.html"
    target: str
    verbs: dict[str, Verb]

    def state_of(self, row: Any) -> str:
        """What the states of a verb are compared with."""
        return str(row.status)

    def facts_of(self, row: Any) -> list[object]:
        """What the page of a verb says of the row."""
        return [row, row.establishment, row.get_status_display()]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.verb_view)
        own = path("<int:pk>/<slug:verb>/", view, name=f"{self.opts.app_label}_{self.opts.model_name}_verb")
        # Django's own `<path:object_id>/change/` and its like come first, so that they keep their names.
        return [*super().get_urls()[:-1], own, super().get_urls()[-1]]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        context = (extra_context or {}) | {"verbs": self._buttons(request, row) if row else []}
        return super().change_view(request, object_id, form_url, context)

    def verb_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """Confirm (GET), then act (POST) with `by` the staff member; the service has the last word."""
        row, button = self.get_object(request, str(pk)), self.verbs.get(verb)
        if row is None or button is None or not self.has_view_permission(request, row):
            raise Http404
        form = ReasonForm(request.POST if request.method == "POST" else None) if button.asks_reason else None
        if request.method == "POST" and (form is None or form.is_valid()) and self._act(request, row, button, form):
            return redirect(self._address("change", row.pk))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": row,
            "facts": self.facts_of(row),
            "button": button,
            "form": form,
            "title": button.label,
            "back_url": self._address("change", row.pk),
        }
        return render(request, "admin/verb.html", context)

    def _act(self, request: HttpRequest, row: Model, button: Verb, form: ReasonForm | None) -> bool:
        given = {"reason": form.cleaned_data["reason"]} if form else {}
        with attempt(request if form is None else form):
            button.act(
                **{self.target: row.pk},
                **given,
                by=cast("ActorRequest", request).actor,
                at=cast("ActorRequest", request).at,
            )
            messages.success(request, button.done)
            return True
        return form is None

    def _buttons(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        return [
            (button.label, self._address("verb", row.pk, name))
            for name, button in self.verbs.items()
            if self.state_of(row) in button.states
            and cast("ActorRequest", request).actor.has_perm(button.permission, row)
        ]

    def _address(self, page: str, *args: object) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)
