"""The form of the PEC's citizen search."""

from __future__ import annotations

from typing import Any

from django import forms

from cadsus.forms.fields import CnsField
from cadsus.forms.web import BirthDateField
from common.forms.fields import CpfField, NameField
from registry.models.people import NAME
from rnds.services import pec_line
from rnds.services.pdq import Asked


class CitizenForm(forms.Form):
    """«Cidadão»: a number, or personal data; which of them suffice, the CADSUS says."""

    cpf = CpfField(required=False, max_length=40)
    cns = CnsField(required=False, max_length=40)
    birth_date = BirthDateField(label="Data de nascimento", required=False)
    name = NameField(label="Nome", required=False, max_length=NAME)
    mother = NameField(label="Nome da mãe", required=False, max_length=NAME)
    scenario = forms.ChoiceField(
        label="Ensaiar um dia ruim",
        required=False,
        help_text="Recurso do simulador: o PEC pede a resposta pelo cabeçalho X-Simulador-Cenario.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Nenhum: a resposta desta sala"), *_named(pec_line.scenarios())]
        self.fields["scenario"].choices = choices  # type: ignore[attr-defined]  # Field hides it

    def asked(self) -> Asked:
        data = self.cleaned_data
        return Asked(
            number=data["cpf"] or data["cns"], name=data["name"], mother=data["mother"], birth_date=data["birth_date"]
        )


def _named(scenarios: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, f"{name}: {words}") for name, words in scenarios]
