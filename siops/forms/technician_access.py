"""Forms of the doors of the technician and of the Conselho de Saúde."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.personas import Persona
from accounts.services.passwords import MAX_LENGTH
from common.forms.fields import CpfField
from siops.models import Technician


class TechnicianSignInForm(forms.Form):
    """T4: CPF and password."""

    cpf = CpfField(label="Login (Digite seu CPF)", max_length=40)
    password = forms.CharField(
        label="Digite sua senha",
        max_length=MAX_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    @classmethod
    def filled_for(cls, persona: Persona) -> TechnicianSignInForm:
        """The form ready for «Entrar», with the password that the page of the demonstration shows anyway."""
        form = cls(initial={"cpf": persona.cpf, "password": persona.password})
        form.fields["password"].widget = forms.PasswordInput(render_value=True)
        return form


class CpfOnlyForm(forms.Form):
    """T8, and the door of the Conselho: only the CPF."""

    cpf = CpfField(max_length=40)


class TechnicianEntityForm(forms.Form):
    """Who sends data for several entities chooses one for the session."""

    technician = forms.TypedChoiceField(label="Ente", coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, openings: Iterable[Technician], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technician"].choices = [(opening.pk, str(opening.entity)) for opening in openings]  # type: ignore[attr-defined]  # a choice field
