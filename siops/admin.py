"""The ministry reads the SIOPS here; what changes it is a screen or a service, never the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from common.admin import ReadOnlyAdmin
from siops.models import (
    Attachment,
    Attendant,
    CertificationRequest,
    Certifier,
    ElectionLoad,
    FundUpdate,
    HealthManager,
    OfficialLetter,
    RuleRelease,
    ServicePoint,
    Technician,
)

ENTITY = ("entity__municipality__uf", "entity__uf")


def _screen_of_update(update: FundUpdate) -> str:
    """What was never sent has no screen at the ministry."""
    is_draft = update.status == FundUpdate.Status.DRAFT
    return "" if is_draft else reverse("siops:fund_update_check", args=[update.pk])


@admin.register(HealthManager)
class HealthManagerAdmin(ReadOnlyAdmin):
    list_display = ("person", "role", "entity", "status", "starts_on", "ends_on", "registered_at")
    list_filter = ("role", "status", "entity__uf")
    list_select_related = ("person", *ENTITY)
    search_fields = ("person__search_name", "entity__municipality__search_name")
    date_hierarchy = "registered_at"


@admin.register(Technician)
class TechnicianAdmin(ReadOnlyAdmin):
    list_display = ("person", "entity", "status", "bond", "registered_at", "first_access_at")
    list_filter = ("status", "bond", "entity__uf")
    list_select_related = ("person", *ENTITY)
    search_fields = ("person__search_name", "entity__municipality__search_name")
    date_hierarchy = "registered_at"


@admin.register(ElectionLoad)
class ElectionLoadAdmin(ReadOnlyAdmin):
    list_display = ("election_year", "filename", "loaded_at", "loaded_by", "elected", "reelected", "ignored")
    list_select_related = ("loaded_by",)
    queue_route = "siops:election_list"


@admin.register(OfficialLetter)
class OfficialLetterAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "entity", "name", "status", "sent_at", "reviewed_at")
    list_filter = ("status", "entity__uf")
    list_select_related = ENTITY
    search_fields = ("name", "entity__municipality__search_name")
    date_hierarchy = "sent_at"
    queue_route = "siops:letter_queue"

    def screen_of(self, row: Any) -> str:
        return reverse("siops:letter_review", args=[row.pk])


@admin.register(Certifier)
class CertifierAdmin(ReadOnlyAdmin):
    list_display = ("name",)


@admin.register(Attendant)
class AttendantAdmin(ReadOnlyAdmin):
    list_display = ("user", "certifier")
    list_filter = ("certifier",)
    list_select_related = ("user", "certifier")


@admin.register(ServicePoint)
class ServicePointAdmin(ReadOnlyAdmin):
    list_display = ("name", "certifier", "municipality")
    list_filter = ("certifier",)
    list_select_related = ("certifier", "municipality__uf")


@admin.register(CertificationRequest)
class CertificationRequestAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "entity", "status")
    list_filter = ("status", "entity__uf")
    list_select_related = ENTITY


@admin.register(FundUpdate)
class FundUpdateAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "entity", "status", "director_name", "opened_at", "sent_at", "checked_by")
    list_filter = ("status", "entity__uf")
    list_select_related = ("checked_by", *ENTITY)
    search_fields = ("director_name", "entity_name", "entity__municipality__search_name")
    date_hierarchy = "opened_at"
    queue_route = "siops:fund_update_queue"

    def screen_of(self, row: Any) -> str:
        return _screen_of_update(row)


@admin.register(RuleRelease)
class RuleReleaseAdmin(ReadOnlyAdmin):
    list_display = ("rule_code", "entity", "year", "bimester", "version", "granted_by", "granted_at")
    list_filter = ("rule_code", "year", "entity__uf")
    list_select_related = ("granted_by", *ENTITY)
    date_hierarchy = "granted_at"

    def screen_of(self, row: Any) -> str:
        return reverse("siops:ticket_answer", args=[row.ticket_id])


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """Facts about the files; a content is only given by the screen of what it is attached to."""

    list_display = ("filename", "kind", "entity", "content_type", "size", "uploaded_by", "uploaded_at")
    list_filter = ("kind", "entity__uf")
    list_select_related = ("uploaded_by", *ENTITY)
    search_fields = ("filename", "sha256")
    date_hierarchy = "uploaded_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attachment]:
        return super().get_queryset(request).defer("sealed_content")

    def screen_of(self, row: Any) -> str:
        """That of what the file is attached to."""
        if row.fund_update_id:
            return _screen_of_update(row.fund_update)
        if row.letter_id:
            return reverse("siops:letter_review", args=[row.letter_id])
        return reverse("siops:ticket_answer", args=[row.message.ticket_id])
