"""Why an amount diminished."""

from __future__ import annotations

from django import forms


class JustifyForm(forms.Form):
    """«Justificar estorno»."""

    text = forms.CharField(
        label="Justificativa",
        max_length=1000,
        widget=forms.TextInput,
        help_text="De 20 a 1.000 caracteres, numa linha só. Ex.: estorno de empenho lançado em duplicidade.",
    )
