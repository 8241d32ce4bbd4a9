"""The analyst's desk: facts and states are read; approve, return, reject and revoke are buttons that call services."""

from typing import Any

from django.contrib import admin
from django.urls import reverse

from common.admin import ReadOnlyAdmin
from common.admin_verbs import Verb, VerbAdmin
from rnds.models import Credential, CredentialRequest, TermsText
from rnds.permissions import Permission
from rnds.services import credentials

Status = CredentialRequest.Status
REVIEW = (Permission.REVIEW_REQUEST, (Status.UNDER_REVIEW,))


@admin.register(CredentialRequest)
class CredentialRequestAdmin(VerbAdmin):
    permission = Permission.VIEW_CREDENTIALS
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
    permission = Permission.VIEW_CREDENTIALS
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
