"""What the municipal TI fills about professional links."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cadsus.forms.fields import CnesField
from cadsus.models import Posting
from cadsus.services.links import OCCUPATIONS
from common.forms.fields import CpfField, DateField


class StartLinkForm(forms.Form):
    """A new link of a professional."""

    cpf = CpfField(max_length=40)
    cnes = CnesField(max_length=20)
    cbo = forms.ChoiceField(
        label="Ocupação (CBO)", choices=[(cbo, f"{cbo} – {name}") for cbo, name in OCCUPATIONS.items()]
    )
    started_on = DateField(label="Início")
    functions = forms.MultipleChoiceField(
        label="Funções",
        choices=Posting.Function.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Módulos do SISRede, gerência da unidade ou TI municipal.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["started_on"].initial = today


class EndLinkForm(forms.Form):
    """The end of a link."""

    last_day = DateField(label="Último dia", help_text="Inclusive: os acessos terminam à meia-noite seguinte.")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = today
