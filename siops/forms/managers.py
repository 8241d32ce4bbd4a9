"""Forms of the Módulo de Gestores: T6 (secretary, substitutes, council) and T7 (technician)."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms.fields import CpfField, DateField, EmailField, NameField, PhoneField
from siops.models import HealthManager, Technician

FULL_NAME_WORDS = 2
FULL_NAME = "Informe o nome completo, sem números."


class FullNameField(NameField):
    """A person's name: two words at least, no digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=5, **{"label": "Nome"} | kwargs)

    def clean(self, value: Any) -> str:
        name: str = super().clean(value)
        if len(name.split()) < FULL_NAME_WORDS or any(c.isdigit() for c in name):
            raise forms.ValidationError(FULL_NAME, code="full_name")
        return name


class ManagerForm(forms.Form):
    """«CADASTRO DO SECRETÁRIO DE SAÚDE» and the like; only substitutes and council members have a last day."""

    cpf = CpfField()
    name = FullNameField(help_text="Como está no CADSUS.")
    email = EmailField(label="E-mail institucional")
    phone = PhoneField()
    position = NameField(label="Cargo", min_length=3)
    act_number = NameField(label="Número do ato", max_length=40)
    act_date = DateField(label="Data do ato")
    starts_on = DateField(label="Início")
    ends_on = DateField(label="Fim", required=False, help_text="Último dia de vigência, inclusive.")
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, role: HealthManager.Role, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if role == HealthManager.Role.SECRETARY:
            del self.fields["ends_on"]
        elif role in HealthManager.SUBSTITUTES:
            self.fields["ends_on"].required = True

    @property
    def values(self) -> dict[str, Any]:
        """What the service registers; `replaces` apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "replaces"}


class TermForm(forms.Form):
    """Dates of validity (vigência) of a substitute."""

    starts_on = DateField(label="Início")
    ends_on = DateField(label="Fim", help_text="Último dia de vigência, inclusive.")


class ContactForm(forms.Form):
    """«ALTERAR»: only e-mail and telephone."""

    email = EmailField()
    phone = PhoneField()


class TechnicianForm(forms.Form):
    """«CADASTRO DO RESPONSÁVEL PELO ENVIO DE DADOS»."""

    cpf = CpfField()
    name = FullNameField(help_text="Como está no CADSUS.")
    email = EmailField(help_text="Para onde vai o primeiro acesso.")
    phone = PhoneField()
    crc = NameField(label="CRC", max_length=20, required=False, help_text="Registro no Conselho de Contabilidade.")
    bond = forms.ChoiceField(label="Vínculo", choices=Technician.Bond.choices, widget=forms.RadioSelect)
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def values(self) -> dict[str, Any]:
        """What the service registers; `replaces` apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "replaces"}
