"""The form of the defence."""

from __future__ import annotations

from django import forms

from common.forms.fields import TextField
from sanctions.models.defences import LONGEST, SHORTEST


class DefenceForm(forms.Form):
    """«Apresentar defesa»."""

    text = TextField(
        label="Defesa",
        max_length=LONGEST,
        rows=12,
        help_text=f"De {SHORTEST} a {LONGEST:,} caracteres. Não escreva dados de pacientes.".replace(",", "."),
    )
