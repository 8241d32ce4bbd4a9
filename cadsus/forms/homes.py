"""The guia Contatos of a record: telephones, e-mail, and where the person lives, in Brazil or abroad."""

from __future__ import annotations

from typing import Any

from django import forms

from cadsus.forms.fields import DigitsField
from cadsus.forms.papers import EMPTY
from cadsus.forms.web import MunicipalityField
from common.forms.fields import EmailField, NameField, PhoneField, PostalCodeField
from registry.models import Person
from registry.models.tables import BRAZIL, AddressKind, ContactKind, StreetKind

ADDRESS_PARTS = "Complete o endereço: falta {what}."
ONLY_ABROAD = "A cidade no exterior é de quem mora fora do Brasil: informe também o país."
ONLY_IN_BRAZIL = "O município é de quem mora no Brasil; no exterior, informe a cidade."
# The columns of an address in Brazil; all but the first and the last are asked for.
IN_BRAZIL = ("postal_code", "municipality", "district", "street_kind", "street", "number", "complement")
ADDRESS = (*IN_BRAZIL, "foreign_city")


class HomeForm(forms.Form):
    """Contacts, and an address that is whole or none."""

    phone = PhoneField(label="Telefone")
    other_phone = PhoneField(label="Outro telefone", required=False)
    email = EmailField(required=False, max_length=100)
    home_country = DigitsField(
        label="País onde mora",
        required=False,
        pattern=r"[0-9]{3}",
        length="3 dígitos",
        initial=BRAZIL,
        help_text="Código; o Brasil é 010.",
    )
    foreign_city = NameField(
        label="Cidade no exterior", required=False, max_length=80, help_text="Fora do Brasil, no lugar do município."
    )
    postal_code = PostalCodeField(label="CEP", required=False, max_length=20)
    municipality = MunicipalityField(label="Município", required=False, help_text="Como em «Belo Horizonte/MG».")
    district = NameField(label="Bairro", required=False, max_length=80)
    street_kind = forms.ChoiceField(label="Tipo de logradouro", required=False, choices=EMPTY + StreetKind.choices)
    street = NameField(label="Logradouro", required=False, max_length=250)
    number = NameField(label="Número", required=False, max_length=7, help_text="«S/N» quando não há.")
    complement = NameField(label="Complemento", required=False, max_length=50)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "home_country" in data:
            judge = self._judge_in_brazil if _is_brazil(data) else self._judge_abroad
            judge(data)
        return data

    def _judge_in_brazil(self, data: dict[str, Any]) -> None:
        """Whole, to the door, or none."""
        if data.get("foreign_city"):
            self.add_error("foreign_city", ONLY_ABROAD)
        if not any(data.get(name) for name in IN_BRAZIL):
            return
        for name in IN_BRAZIL[1:-1]:
            self._require(name, data)

    def _judge_abroad(self, data: dict[str, Any]) -> None:
        """The city, besides the country; the rest as far as it is known."""
        self._require("foreign_city", data)
        if data.get("municipality"):
            self.add_error("municipality", ONLY_IN_BRAZIL)

    def _require(self, name: str, data: dict[str, Any]) -> None:
        if name not in self.errors and not data.get(name):
            self.add_error(name, ADDRESS_PARTS.format(what=str(self.fields[name].label).lower()))

    def address(self) -> dict[str, Any] | None:
        """The columns of the address, in Brazil or abroad; None when none is filled."""
        data = self.cleaned_data
        if not data["municipality"] and not data["foreign_city"]:
            return None
        return {name: data[name] for name in ADDRESS} | {"country": data["home_country"] or BRAZIL}


def _is_brazil(data: dict[str, Any]) -> bool:
    return data["home_country"] in ("", BRAZIL)


def home_of(person: Person) -> dict[str, Any]:
    """What the guia says of a person besides its own columns."""
    facts: dict[str, Any] = {}
    if home := person.addresses.filter(kind=AddressKind.HOME).select_related("municipality__uf").first():
        facts |= {name: getattr(home, name) for name in ADDRESS} | {"home_country": home.country}
    if other := person.contacts.filter(kind=ContactKind.OTHER).order_by("pk").first():
        facts |= {"other_phone": other.value}
    return facts
