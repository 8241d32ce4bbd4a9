"""The analyst's desk: facts and states are read; approve, return, reject and revoke are buttons that call services."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from common import clock
from common.actor import ActorRequest
from common.admin import ReadOnlyAdmin
from common.exceptions import RuleBroken
from common.forms.shared import ReasonForm, put_refusal
from rnds.models import Credential, CredentialRequest, TermsText
from rnds.permissions import Permission
from rnds.services import credentials


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

    permission = Permission.VIEW_CREDENTIALS
    change_form_template = "rnds/admin_change.html"
    target: str
    verbs: dict[str, Verb]

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
            "button": button,
            "form": form,
            "title": button.label,
            "back_url": self._address("change", row.pk),
        }
        return render(request, "rnds/admin_verb.html", context)

    def _act(self, request: HttpRequest, row: Model, button: Verb, form: ReasonForm | None) -> bool:
        given = {"reason": form.cleaned_data["reason"]} if form else {}
        try:
            button.act(**{self.target: row.pk}, **given, by=cast("ActorRequest", request).actor, at=clock.now())
        except RuleBroken as refusal:
            if form is None:
                messages.error(request, refusal.message)
                return True
            put_refusal(form, refusal)
            return False
        messages.success(request, button.done)
        return True

    def _buttons(self, request: HttpRequest, row: Any) -> list[tuple[str, str]]:
        return [
            (button.label, self._address("verb", row.pk, name))
            for name, button in self.verbs.items()
            if row.status in button.states and cast("ActorRequest", request).actor.has_perm(button.permission, row)
        ]

    def _address(self, page: str, *args: object) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)


Status = CredentialRequest.Status
REVIEW = (Permission.REVIEW_REQUEST, (Status.UNDER_REVIEW,))


@admin.register(CredentialRequest)
class CredentialRequestAdmin(VerbAdmin):
    list_display = ("__str__", "status", "establishment", "requester", "opened_at", "changed_at")
    list_filter = ("status", "entity__uf")
    list_select_related = ("establishment", "requester")
    search_fields = ("establishment__cnes", "establishment__search_name", "requester__search_name")
    date_hierarchy = "opened_at"
    target = "request_id"
    queue_route = "rnds:credential_list"
    verbs = {
        "aprovar": Verb("Aprovar", "Solicitação aprovada.", *REVIEW, credentials.approve_request, asks_reason=False),
        "devolver": Verb("Devolver com pendência", "Solicitação devolvida.", *REVIEW, credentials.send_back_request),
        "reprovar": Verb("Reprovar", "Solicitação reprovada.", *REVIEW, credentials.reject_request),
    }

    def screen_of(self, row: Any) -> str:
        return reverse("rnds:request_detail", args=[row.pk])


@admin.register(Credential)
class CredentialAdmin(VerbAdmin):
    list_display = ("requester_id", "version", "status", "establishment", "uf", "activated_at")
    list_filter = ("status", "uf")
    list_select_related = ("establishment", "uf")
    search_fields = ("requester_id", "establishment__cnes", "establishment__search_name")
    date_hierarchy = "activated_at"
    exclude = ("file",)
    target = "credential_id"
    queue_route = "rnds:credential_list"
    verbs = {
        "revogar": Verb(
            "Revogar",
            "Credencial revogada.",
            Permission.REVOKE_CREDENTIAL,
            (Credential.Status.ACTIVE,),
            credentials.revoke_credential,
        ),
    }

    def screen_of(self, row: Any) -> str:
        return reverse("rnds:credential_detail", args=[row.pk])


@admin.register(TermsText)
class TermsTextAdmin(ReadOnlyAdmin):
    permission = Permission.VIEW_CREDENTIALS
    list_display = ("version", "signatory_unit", "published_at", "sha256")
