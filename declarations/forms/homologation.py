"""What the gestor fills: which bimestre, the declaration with its PIN, and reasons."""

from __future__ import annotations

from django import forms

from declarations.engine.periods import BIMESTERS
from declarations.services.rectifying import LONGEST, SHORTEST
from siops.forms.sign_in import PinField

# The form that stands in the bar of the page; its fields are beside the figures.
SIGNING = "homologar"
DECLARE = "Declaro, na condição de gestor(a) do SUS, a fidedignidade das informações deste demonstrativo."


class PeriodForm(forms.Form):
    """«Homologar dados»."""

    year = forms.IntegerField(label="Ano", min_value=2013, max_value=2100)
    bimester = forms.TypedChoiceField(
        label="Bimestre", coerce=int, choices=[(number, f"{number}º bimestre") for number in BIMESTERS]
    )


class HomologateForm(forms.Form):
    """The declaration of responsibility, and the PIN that signs it."""

    shown_hash = forms.CharField(widget=forms.HiddenInput)
    has_declared = forms.BooleanField(
        label=DECLARE,
        widget=forms.CheckboxInput(attrs={"form": SIGNING}),
        error_messages={"required": "Marque a declaração de responsabilidade."},
    )
    pin = PinField(label="PIN do certificado", help_text="Com três PINs errados o certificado é bloqueado.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        for name in ("shown_hash", "pin"):
            self.fields[name].widget.attrs["form"] = SIGNING


class ReasonForm(forms.Form):
    """Why a version is returned, or an official one corrected."""

    reason = forms.CharField(
        label="Motivo",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"De {SHORTEST} a {LONGEST:,} caracteres.".replace(",", "."),
    )
