"""The ministry reads what the funds generate; generating and cancelling are theirs, and nobody sees a value here.

The profiles are rows of the accounts; the screen of the SAPS, to which they lead, is of the e-Gestor.
"""

from typing import Any

from django.contrib import admin
from django.urls import reverse

from accounts.models import Membership
from accounts.permissions import Permission
from common.admin import ReadOnlyAdmin
from common.ui import SEARCH_PARAMETER
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


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Profiles and their state; the SAPS acts on its screen."""

    permission = Permission.READ_PROFILES
    list_display = ["person", "role", "programme", "entity", "status", "last_access_at"]
    list_filter = ["status", "role", "programme"]
    list_select_related = ["person", "entity__municipality__uf", "entity__uf"]
    search_fields = ["person__search_name", "person__cpf"]
    queue_route = "egestor:profile_list"

    def screen_of(self, row: Any) -> str:
        """What was excluded is history, and stands on no screen."""
        if row.status == Membership.Status.EXCLUDED:
            return ""
        return reverse(self.queue_route, query={SEARCH_PARAMETER: row.person.name})
