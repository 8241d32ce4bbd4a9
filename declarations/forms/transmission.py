"""Transmitting (T14), and asking for help with a file that stays blocked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common.forms.fields import NameField, TextField
from declarations.engine.opening import MAX_PACKED
from declarations.models import ReportingPeriod

CHECKED = {"required": "Marque que conferiu os dados."}


class TransmitForm(forms.Form):
    """What was shown, and that it was looked at."""

    shown_hash = forms.CharField(widget=forms.HiddenInput)
    has_checked = forms.BooleanField(label="Conferi os dados", error_messages=CHECKED)


class TransmitterForm(forms.Form):
    """«Transmissor»: the bimestre and the file, as in the siopsnet."""

    period = forms.ModelChoiceField(
        label="Bimestre", queryset=ReportingPeriod.objects.none(), empty_label="Selecione o bimestre"
    )
    file = forms.FileField(
        label="Buscar arquivo na pasta",
        max_length=255,
        help_text="O .opsz que você gravou no portal, de até 5 MB.",
        widget=forms.FileInput(attrs={"accept": ".opsz"}),
        error_messages={"empty": "O arquivo está vazio."},
    )
    has_checked = forms.BooleanField(label="Conferi os dados", error_messages=CHECKED)

    def __init__(self, *args: Any, periods: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = periods  # type: ignore[attr-defined]  # a choice among rows

    def content(self) -> bytes:
        """One byte more than allowed is enough to refuse a larger file."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        return bytes(upload.read(MAX_PACKED + 1))


class HelpForm(forms.Form):
    """«Abrir chamado com este arquivo»: the file and the bimestre are known."""

    rule_code = NameField(label="Código da crítica", max_length=20, required=False, help_text="Como SIM-I01.")
    text = TextField(
        label="Mensagem", max_length=2000, help_text="O que a crítica diz e o que já foi corrigido no arquivo."
    )
