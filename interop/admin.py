"""The staff reads the log of calls here."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from interop.models import Exchange


@admin.register(Exchange)
class ExchangeAdmin(ReadOnlyAdmin):
    """Newest first; what the process noted in the last second may still be on its way."""

    list_display = ("real_at", "door", "method", "path", "status", "code", "holder", "scenario", "milliseconds")
    list_filter = ("door", "status", "scenario")
    search_fields = ("request_id", "fingerprint")
    date_hierarchy = "real_at"
