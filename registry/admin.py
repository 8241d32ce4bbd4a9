"""The registry in the admin, read-only: what changes a record is a screen of the CADSUSWEB."""

from django.contrib import admin

from common.admin import ReadOnlyAdmin
from registry.models import Address, CivilRecord, Cns, Contact, Document, Person, PopulatedBlock, TaxRecord, Transaction


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    """People of the synthetic registry."""

    permission = "accounts.read_profiles"
    list_display = ["name", "cpf", "cns", "birth_date", "is_active"]
    list_filter = ["is_active", ("is_standing", admin.BooleanFieldListFilter)]
    search_fields = ["search_name", "cpf", "cns_numbers__number"]


@admin.register(Cns)
class CnsAdmin(ReadOnlyAdmin):
    """Numbers of the Cartão Nacional de Saúde: all is in the list, because the address of a row is its number."""

    list_display = [
        "number",
        "person",
        "kind",
        "is_principal",
        "is_active",
        "assigned_on",
        "is_manual",
        "manual_reason",
    ]
    list_display_links = None
    list_select_related = ["person"]
    list_filter = ["kind", "is_principal"]
    search_fields = ["number", "person__search_name"]


class OfAPersonAdmin(ReadOnlyAdmin):
    """What hangs on a person."""

    list_display = ["person", "kind"]
    list_select_related = ["person"]
    list_filter = ["kind"]
    search_fields = ["person__search_name", "person__cpf"]


admin.site.register([Address, CivilRecord, Contact, Document], OfAPersonAdmin)


@admin.register(Transaction)
class TransactionAdmin(OfAPersonAdmin):
    """What was done to records."""

    list_display = ["person", "kind", "at", "operator", "establishment"]
    list_select_related = ["person", "operator", "establishment"]


@admin.register(TaxRecord)
class TaxRecordAdmin(ReadOnlyAdmin):
    """The simulated Receita Federal, where it differs from the registry: all in the list too, the key is the CPF."""

    list_display = ["cpf", "name", "mother", "birth_date", "sex", "situation", "death_year"]
    list_display_links = None
    list_filter = ["situation"]
    search_fields = ["cpf", "name"]


@admin.register(PopulatedBlock)
class PopulatedBlockAdmin(ReadOnlyAdmin):
    """What was written of the synthetic population."""

    list_display = ["number", "people", "seed", "municipality", "reference"]
    list_select_related = ["municipality"]
