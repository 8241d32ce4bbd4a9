"""Forms of the doors."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.personas import Persona, demo_personas, suggest
from accounts.services.passwords import MAX_LENGTH
from cadsus.doors import CADSUS_DOOR
from common.forms.fields import CpfField


class OperatorSignInForm(forms.Form):
    """The simulated gov.br of the SGOP and of the CADSUSWEB: the CPF says who enters."""

    cpf = CpfField(label="CPF", max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggest(self.fields["cpf"], [persona for persona in demo_personas() if persona.door == CADSUS_DOOR])


class SisredeSignInForm(forms.Form):
    """CPF and password of the SISRede."""

    cpf = CpfField(label="CPF", max_length=40)
    password = forms.CharField(
        label="Senha",
        max_length=MAX_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    @classmethod
    def filled_for(cls, persona: Persona) -> SisredeSignInForm:
        """The form ready for «Entrar», with the password that the page of the demonstration shows anyway."""
        form = cls(initial={"cpf": persona.cpf, "password": persona.password})
        form.fields["password"].widget = forms.PasswordInput(render_value=True)
        return form


class SisredeForgotForm(forms.Form):
    """Only the CPF."""

    cpf = CpfField(max_length=40)
