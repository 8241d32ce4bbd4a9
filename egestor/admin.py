"""The ministry reads what the funds generate; generating and cancelling are theirs, and nobody sees a value here."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from egestor.models import DeploymentToken, InstallationCode


@admin.register(DeploymentToken)
class DeploymentTokenAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "status", "establishment", "responsible", "generated_at", "expires_at")
    list_filter = ("status", "entity__uf")
    list_select_related = ("establishment", "responsible")
    search_fields = ("establishment__cnes", "establishment__search_name", "responsible__search_name", "last4")
    date_hierarchy = "generated_at"
    exclude = ("value_hash",)


@admin.register(InstallationCode)
class InstallationCodeAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "status", "entity", "manager", "reason", "generated_at", "expires_at")
    list_filter = ("status", "reason", "entity__uf")
    list_select_related = ("entity__municipality", "entity__uf", "manager")
    search_fields = ("manager__search_name", "last4")
    date_hierarchy = "generated_at"
    exclude = ("value_hash",)
