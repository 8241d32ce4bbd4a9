"""The ministry reads the tickets here; they are answered on the screen of their product."""

from typing import Any

from django.contrib import admin
from django.urls import reverse

from common.admin import ReadOnlyAdmin
from tickets.models import SupportTicket, TicketMessage


@admin.register(SupportTicket)
class SupportTicketAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "product", "entity", "subject", "status", "opened_at", "waiting_since", "answered_at")
    list_filter = ("product", "status", "entity__uf")
    list_select_related = ("entity__municipality__uf", "entity__uf")
    search_fields = ("subject", "rule_code", "entity__municipality__search_name")
    date_hierarchy = "opened_at"

    def screen_of(self, row: Any) -> str:
        return reverse(f"{row.product}:ticket_answer", args=[row.pk])


@admin.register(TicketMessage)
class TicketMessageAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "author", "written_at")
    list_select_related = ("ticket", "author")
    date_hierarchy = "written_at"

    def screen_of(self, row: Any) -> str:
        return reverse(f"{row.ticket.product}:ticket_answer", args=[row.ticket_id])
