"""Facts and states of the credentials, to read; each row leads to the screen that acts."""

from typing import Any

from django.contrib import admin
from django.urls import reverse

from common.admin import ReadOnlyAdmin
from rnds.models import Credential, CredentialRequest, TermsText
from rnds.permissions import Permission


@admin.register(CredentialRequest)
class CredentialRequestAdmin(ReadOnlyAdmin):
    permission = Permission.VIEW_CREDENTIALS
    list_display = ("__str__", "status", "establishment", "requester", "opened_at", "changed_at")
    list_filter = ("status", "entity__uf")
    list_select_related = ("establishment", "requester")
    search_fields = ("establishment__cnes", "establishment__search_name", "requester__search_name")
    date_hierarchy = "opened_at"
    queue_route = "rnds:credential_list"

    def screen_of(self, row: Any) -> str:
        return reverse("rnds:request_detail", args=[row.pk])


@admin.register(Credential)
class CredentialAdmin(ReadOnlyAdmin):
    permission = Permission.VIEW_CREDENTIALS
    list_display = ("requester_id", "version", "status", "establishment", "uf", "activated_at")
    list_filter = ("status", "uf")
    list_select_related = ("establishment", "uf")
    search_fields = ("requester_id", "establishment__cnes", "establishment__search_name")
    date_hierarchy = "activated_at"
    exclude = ("file",)
    queue_route = "rnds:credential_list"

    def screen_of(self, row: Any) -> str:
        return reverse("rnds:credential_detail", args=[row.pk])


@admin.register(TermsText)
class TermsTextAdmin(ReadOnlyAdmin):
    permission = Permission.VIEW_CREDENTIALS
    list_display = ("version", "signatory_unit", "published_at", "sha256")
