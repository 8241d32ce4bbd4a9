"""Forms of the Conselho and of the Tribunal."""

from __future__ import annotations

from decimal import Decimal

from django import forms

from common.forms.fields import DateField, NameField, TextField
from oversight.models import Opinion

CHOOSE_PERCENT = "Informe o percentual que o Tribunal apurou."


class OpinionForm(forms.Form):
    """«Parecer do Conselho de Saúde»."""

    verdict = forms.ChoiceField(
        label="Parecer",
        choices=[(status.value, status.label.capitalize()) for status in Opinion.VERDICTS],
        widget=forms.RadioSelect,
    )
    text = TextField(label="Texto do parecer", max_length=4000, help_text="Pelo menos 50 caracteres.")
    met_on = DateField(label="Data da reunião")
    resolution = NameField(label="Número da resolução", max_length=40)


class AdjustmentForm(forms.Form):
    """«Retornar para ajustes»."""

    reason = TextField(label="O que ajustar", max_length=1000, help_text="De 20 a 1.000 caracteres.")


class AssessmentForm(forms.Form):
    """What the Tribunal found of the percentage."""

    CONFIRMED, DIVERGENT = "confirmado", "divergente"

    outcome = forms.ChoiceField(
        label="Resultado",
        choices=[(CONFIRMED, "Confirmado: é o percentual declarado"), (DIVERGENT, "Divergente: é outro percentual")],
        widget=forms.RadioSelect,
    )
    percent = forms.DecimalField(
        label="Percentual apurado",
        required=False,
        localize=True,
        max_digits=5,
        decimal_places=2,
        help_text="Só quando divergente. Exemplo: 14,87.",
    )
    decision = NameField(label="Número da decisão", max_length=40)

    def clean(self) -> None:
        diverges = self.cleaned_data.get("outcome") == self.DIVERGENT
        if diverges and "percent" not in self.errors and self.cleaned_data.get("percent") is None:
            self.add_error("percent", CHOOSE_PERCENT)

    @property
    def hundredths(self) -> int | None:
        """The percentage in hundredths, when it is another one."""
        if self.cleaned_data["outcome"] == self.CONFIRMED:
            return None
        return int(Decimal(self.cleaned_data["percent"]) * 100)
