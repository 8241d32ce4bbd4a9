"""What an operator fills in the SGOP."""

from __future__ import annotations

from typing import Any

from django import forms

from cadsus.forms.fields import CnesField, CnsField
from cadsus.models import OperatorAccess
from common.forms.fields import CpfField, NameField


class OperatorForm(forms.Form):
    """«Cadastro de usuário»."""

    cpf = CpfField(max_length=40)
    cns = CnsField(max_length=40)
    has_accepted = forms.BooleanField(
        label="Li e aceito o termo de uso do operador",
        error_messages={"required": "Aceite o termo de uso para se cadastrar."},
    )


class EstablishmentForm(forms.Form):
    """«Solicitação de acesso a um estabelecimento»."""

    cnes = CnesField(max_length=20, help_text="O estabelecimento em que você trabalha.")


class ProfileForm(forms.Form):
    """«Solicitação de perfil»."""

    profile = forms.ChoiceField(label="Perfil", choices=OperatorAccess.Profile.choices, widget=forms.RadioSelect)


class MachineForm(EstablishmentForm):
    """«Solicitação de computador/máquina»."""

    name = NameField(
        label="Identificação da máquina", max_length=60, help_text="Como o computador é conhecido na unidade."
    )
    is_recognised = forms.BooleanField(
        label="Máquina reconhecida",
        required=False,
        help_text="No sistema real, quem reconhece é o módulo de segurança.",
    )

    def clean_name(self) -> str:
        """Capitals do not make another machine."""
        name: Any = self.cleaned_data["name"]
        return str(name).upper()
