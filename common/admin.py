"""The admin of the house: facts and states are read there; what changes them is a button that calls a service."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from common.audit_labels import LABELS
from common.models import AuditEvent

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
    return HistoryLine(event.at, LABELS.get(event.verb, event.verb), who)


class ReadOnlyAdmin(_ModelAdmin):
    """Shows rows and changes none. Who may look is decided by Django's `view` permissions."""

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
