"""The admin of pki: facts only. Keys and containers are never shown."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from pki.models import Authority, Certificate, Pkcs12File, SigningKey


@admin.register(Authority)
class AuthorityAdmin(ReadOnlyAdmin):
    list_display = ("slug", "name", "parent", "crl_number", "crl_next_update", "revoked_at")
    fields = (*list_display, "certificate_pem")
    queue_route = "pki:authority_list"


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    list_display = ("holder_name", "holder_kind", "status", "origin", "authority", "not_before", "not_after")
    list_filter = ("status", "origin", "holder_kind", "authority")
    search_fields = ("holder_name", "holder_document", "serial", "sha256")
    list_select_related = ("authority",)


@admin.register(Pkcs12File)
class Pkcs12FileAdmin(ReadOnlyAdmin):
    list_display = ("certificate", "form", "created_at", "erased_at")
    list_select_related = ("certificate",)
    fields = list_display


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    list_display = ("kid", "created_at")
    fields = list_display
