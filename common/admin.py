"""The admin of the house: facts and states are read there; what changes them is a button that calls a service."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from common import house
from common.actor import ActorRequest
from common.documents import typed_as_number
from common.folding import fold
from common.models import AuditEvent
from common.text import searchable

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    # Generic for the type checker only.
    _ModelAdmin = admin.ModelAdmin


HISTORY_LENGTH = 200


@dataclass(frozen=True)
class HistoryLine:
    """One audit event as the page tells it."""

    at: datetime
    label: str
    who: str


def history_line(event: AuditEvent) -> HistoryLine:
    who = str(event.actor or f"rotina {event.system_actor}")
    return HistoryLine(event.at, house.verbs().get(event.verb, event.verb), who)


class TypedList(ChangeList):
    """Rows found by what was typed; a number of a person comes in the body, and no link of the page repeats it."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        self.query = _number_typed(request) or self.query
        return super().get_queryset(request, exclude_parameters)


def _number_typed(request: HttpRequest) -> str:
    return typed_as_number(searchable(request.POST.get(SEARCH_VAR, "")))


class ReadOnlyAdmin(_ModelAdmin):
    """Shows rows and changes none, to who holds `permission`.

    What acts is a screen of the portal: `screen_of` gives that of a row, `queue_route` names that of the list.
    """

    queue_route = ""
    permission = "accounts.read_admin"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return cast("ActorRequest", request).actor.has_perm(self.permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def screen_of(self, row: Any) -> str:
        """Address of the screen where the ministry acts on the row, or ""."""
        return ""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What was typed, or what it is without accents: names are searched in their folded columns."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if fold(search_term) == search_term.upper():
            return found, may_repeat
        folded, folded_may_repeat = super().get_search_results(request, queryset, fold(search_term))
        return found | folded, may_repeat or folded_may_repeat

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return (self.screen_of(obj) or None) if obj is not None else None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TypedList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What is typed comes by POST: a number of a person is answered there, and all else becomes an address."""
        if request.method == "POST" and not _number_typed(request):
            asked = request.POST.copy()
            asked.pop("csrfmiddlewaretoken", None)
            return redirect(f"{request.path}?{asked.urlencode()}")
        queue = {"queue_url": reverse(self.queue_route)} if self.queue_route else {}
        return super().changelist_view(request, (extra_context or {}) | queue)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The audit trail of the row: the actions happen in services, so Django's own log knows none of them."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        events = AuditEvent.objects.filter(target_type=self.opts.label_lower, target_id=str(row.pk))
        lines = [history_line(event) for event in events.select_related("actor")[:HISTORY_LENGTH]]
        address = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        context = self.admin_site.each_context(request) | {
            "title": "Histórico",
            "opts": self.opts,
            "original": row,
            "lines": lines,
            "back_url": reverse(address, args=[object_id]),
        }
        return TemplateResponse(request, "admin/audit_history.html", context | (extra_context or {}))


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The audit trail (trilha de auditoria): who did what, when, and in which office."""

    list_display = ("at", "label", "actor", "system_actor", "role", "by_substitution", "target_label")
    list_filter = ("office", "by_substitution")
    list_select_related = ("actor",)
    search_fields = ("verb", "target_label")
    date_hierarchy = "at"
    show_full_result_count = False

    @admin.display(description="ação")
    def label(self, event: AuditEvent) -> str:
        return house.verbs().get(event.verb, event.verb)
