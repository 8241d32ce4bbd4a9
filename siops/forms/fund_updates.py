"""Anexo I: data of the entity and of the dirigente (T23)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from common.forms.fields import CnpjField, CpfField, EmailField, NameField, PhoneField, PostalCodeField
from common.forms.samples import completed
from siops.forms.people import PersonSearch
from siops.forms.sign_in import PinField
from siops.models import FundUpdate
from siops.services.fund_updates import FIELDS, fields_hash
from siops.services.institutional import is_public_mailbox, public_mailbox_text

FULL_NAME_WORDS = 2


class FundUpdateForm(PersonSearch):
    """The fields as the paper has them; `shown_hash` tells what the page was filled from."""

    searched, found = "director_cpf", "director_name"

    cnpj = CnpjField(label="CNPJ da entidade", help_text="O mesmo do ofício.")
    entity_name = NameField(label="Nome da entidade", min_length=5)
    institutional_email = EmailField(
        label="E-mail institucional",
        help_text=("Recebe o acesso do fundo. Não pode ser de provedor público (gmail, hotmail, outlook, yahoo…)."),
    )
    phone = PhoneField(label="Telefone")
    postal_code = PostalCodeField()
    address = NameField(label="Endereço", min_length=5, max_length=160)
    director_cpf = CpfField(label="CPF do dirigente", help_text="«Buscar» preenche o nome.")
    director_name = NameField(label="Nome do dirigente", min_length=5, help_text="Vem do CADSUS, pelo CPF.")
    director_position = NameField(label="Cargo do dirigente", min_length=3)
    director_identity = NameField(
        label="Documento de identidade", min_length=3, max_length=30, help_text="Número e órgão emissor."
    )
    shown_hash = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean_institutional_email(self) -> str:
        email: str = self.cleaned_data["institutional_email"]
        if is_public_mailbox(email):
            raise forms.ValidationError(public_mailbox_text(email), code="public_mailbox")
        return email

    def clean_director_name(self) -> str:
        name: str = self.cleaned_data["director_name"]
        if len(name.split()) < FULL_NAME_WORDS or any(c.isdigit() for c in name):
            raise forms.ValidationError("Informe o nome completo, sem números.", code="full_name")
        return name

    @property
    def values(self) -> dict[str, str]:
        """What the service saves."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    def accept_present(self, update: FundUpdate) -> None:
        """After a stale page: keep what was typed, and let the next «Salvar» know what it overwrites."""
        # Of the same kind: a plain dictionary of a QueryDict would turn every field into a list.
        typed = QueryDict(mutable=True)
        typed.update(self.data)
        typed["shown_hash"] = fields_hash(update)
        self.data = typed


SAMPLE = {
    "cnpj": "99999100000171",
    "entity_name": "Fundo de Saúde de exemplo",
    "institutional_email": "fundo@saude.example",
    "phone": "1132145678",
    "postal_code": "01001000",
    "address": "Praça dos Ipês, 100, Centro",
    "director_name": "Pessoa Inventada da Silva",
    "director_position": "Secretário de Saúde",
    "director_identity": "00.000.000-0 SSP (fictícia)",
}


def form_for(update: FundUpdate, data: Any = None, *, with_sample: bool = False) -> FundUpdateForm:
    """The form filled from the row, and with example data where the row has none."""
    initial = {name: getattr(update, name) for name in FIELDS}
    if with_sample:
        initial = completed(initial, SAMPLE)
    return FundUpdateForm(data, initial=initial | {"shown_hash": fields_hash(update)})


class ShownForm(forms.Form):
    """«Enviar»: what the person saw."""

    shown_hash = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class AnnexForm(forms.Form):
    """«Assinar o Anexo I»: the PIN, where the key that signs is here."""

    pin = PinField(help_text="O PIN do seu token virtual. Três PINs errados bloqueiam o certificado.")
    shown_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asks_pin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_pin:
            self.fields["pin"].required = False
            self.fields["pin"].widget = forms.HiddenInput()
