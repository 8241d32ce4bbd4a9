"""The days of a bimestre."""

from __future__ import annotations

from django import forms

from common.forms.fields import DateField


class TermForm(forms.Form):
    """«Mudar o prazo»."""

    opens_on = DateField(label="Abertura")
    closes_on = DateField(label="Prazo")
    reason = forms.CharField(
        label="Motivo",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="De 20 a 500 caracteres. Ex.: prorrogado pela Portaria simulada nº 435/2022.",
    )
