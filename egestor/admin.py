"""The ministry reads the tokens; generating and cancelling belong to the fund, and nobody sees the value here."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from egestor.models import DeploymentToken


@admin.register(DeploymentToken)
class DeploymentTokenAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "status", "establishment", "responsible", "generated_at", "expires_at")
    list_filter = ("status", "entity__uf")
    list_select_related = ("establishment", "responsible")
    search_fields = ("establishment__cnes", "establishment__search_name", "responsible__search_name", "last4")
    date_hierarchy = "generated_at"
    exclude = ("value_hash",)
