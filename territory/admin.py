"""Reference data in the admin, read-only: it comes from the list of the IBGE and from the synthetic SCNES."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from territory.models import Entity, Establishment, Municipality, Uf


class ReferenceAdmin(ReadOnlyAdmin):
    """Public data, for whoever enters the administrative area."""

    permission = "accounts.enter_admin"


@admin.register(Uf)
class UfAdmin(ReferenceAdmin):
    list_display = ["acronym", "name", "ibge", "time_zone"]


@admin.register(Municipality)
class MunicipalityAdmin(ReferenceAdmin):
    list_display = ["name", "uf", "ibge", "time_zone"]
    list_select_related = ["uf"]
    list_filter = ["uf"]
    search_fields = ["search_name", "ibge"]


@admin.register(Entity)
class EntityAdmin(ReferenceAdmin):
    list_display = ["__str__", "kind", "uf"]
    list_select_related = ["uf", "municipality__uf"]
    list_filter = ["kind"]
    search_fields = ["municipality__search_name", "uf__name"]


@admin.register(Establishment)
class EstablishmentAdmin(ReferenceAdmin):
    list_display = ["cnes", "name", "unit_type", "municipality", "is_active"]
    list_select_related = ["municipality__uf"]
    list_filter = ["is_active", "unit_type"]
    search_fields = ["cnes", "search_name"]
