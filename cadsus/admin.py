"""The ministry reads the CADSUS here; what changes it is a screen of the SGOP, never the admin."""

from django.contrib import admin

from cadsus.models import Area, Machine, MicroArea, Operator, OperatorAccess, Posting
from common.admin import ReadOnlyAdmin

REQUEST = ("operator__person", "establishment")


@admin.register(Operator)
class OperatorAdmin(ReadOnlyAdmin):
    list_display = ("person", "registered_at", "terms_version")
    list_select_related = ("person",)
    search_fields = ("person__search_name",)


@admin.register(OperatorAccess)
class OperatorAccessAdmin(ReadOnlyAdmin):
    list_display = ("operator", "establishment", "profile", "status", "asked_at", "decided_at", "closed_at")
    list_filter = ("status", "profile")
    list_select_related = REQUEST
    search_fields = ("operator__person__search_name", "establishment__cnes")


@admin.register(Machine)
class MachineAdmin(ReadOnlyAdmin):
    list_display = ("name", "operator", "establishment", "status", "asked_at", "decided_at")
    list_filter = ("status",)
    list_select_related = REQUEST
    search_fields = ("name", "operator__person__search_name", "establishment__cnes")


@admin.register(Posting)
class PostingAdmin(ReadOnlyAdmin):
    list_display = ("link", "function")
    list_filter = ("function",)
    list_select_related = ("link__person",)
    search_fields = ("link__person__search_name", "link__establishment__cnes")


@admin.register(Area)
class AreaAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "establishment", "is_low_risk")
    list_select_related = ("establishment",)


@admin.register(MicroArea)
class MicroAreaAdmin(ReadOnlyAdmin):
    list_display = ("code", "area", "agent")
    list_select_related = ("area", "agent__link__person")
