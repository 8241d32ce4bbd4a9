"""The admin of pki: facts only. Keys and containers are never shown."""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest

from common import clock
from common.admin import ReadOnlyAdmin
from pki.models import Authority, Certificate, CertificateQuerySet, Pkcs12File, SigningKey


@admin.register(Authority)
class AuthorityAdmin(ReadOnlyAdmin):
    list_display = ("slug", "name", "parent", "crl_number", "crl_next_update", "revoked_at")
    fields = (*list_display, "certificate_pem")
    queue_route = "pki:authority_list"


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    list_display = ("holder_name", "holder_kind", "situation", "origin", "authority", "not_before", "not_after")
    list_filter = ("status", "origin", "holder_kind", "authority")
    search_fields = ("holder_name", "holder_document", "serial", "sha256")

    def get_queryset(self, request: HttpRequest) -> CertificateQuerySet:
        return cast("CertificateQuerySet", super().get_queryset(request)).for_list()

    @admin.display(description="situação", ordering="status")
    def situation(self, row: Any) -> str:
        return str(row.situation_at(clock.now(), successor=row.successor))


@admin.register(Pkcs12File)
class Pkcs12FileAdmin(ReadOnlyAdmin):
    list_display = ("certificate", "form", "created_at", "erased_at")
    list_select_related = ("certificate",)
    fields = list_display


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    list_display = ("kid", "created_at")
    fields = list_display
