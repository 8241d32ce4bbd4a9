"""Forms of the Módulo de Gestores: T6 (secretary, substitutes, council) and T7 (technician)."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms.fields import DateField, EmailField, NameField, PhoneField
from siops.forms.people import PersonForm
from siops.models import HealthManager, Technician


class ManagerForm(PersonForm):
    """«CADASTRO DO SECRETÁRIO DE SAÚDE» and the like; only substitutes and council members have a last day."""

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


class TechnicianForm(PersonForm):
    """«CADASTRO DO RESPONSÁVEL PELO ENVIO DE DADOS»."""

    email = EmailField(help_text="Para onde vai o primeiro acesso.")
    phone = PhoneField()
    crc = NameField(label="CRC", max_length=20, required=False, help_text="Registro no Conselho de Contabilidade.")
    bond = forms.ChoiceField(label="Vínculo", choices=Technician.Bond.choices, widget=forms.RadioSelect)
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def values(self) -> dict[str, Any]:
        """What the service registers; `replaces` apart."""
        return {name: value for name, value in self.cleaned_data.items() if name != "replaces"}
