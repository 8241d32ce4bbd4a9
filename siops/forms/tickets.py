"""Forms of the support tickets (chamados)."""

from __future__ import annotations

from typing import Any

from django import forms

from common.forms.fields import NameField, TextField
from common.uploads.fields import UploadField
from siops.services.attachments import ARCHIVES

ZIP_HELP = "O arquivo da declaração (OPS), compactado em .zip, de até 10 MB."


class TicketForm(forms.Form):
    """A new ticket."""

    subject = NameField(label="Assunto", min_length=5)
    rule_code = NameField(
        label="Código da crítica", max_length=20, required=False, help_text="Se uma crítica impede o envio: SIM-I01."
    )
    text = TextField(
        label="Mensagem", max_length=2000, help_text="O que a crítica diz e o que já foi corrigido no arquivo."
    )
    file = UploadField(
        label="Arquivo zipado",
        help_text=ZIP_HELP,
        accept=ARCHIVES,
        widget=forms.FileInput(attrs={"accept": ".zip,.opsz"}),
    )


class MessageForm(forms.Form):
    """The answer of the ministry."""

    text = TextField(label="Mensagem", max_length=2000)


class ReopenForm(MessageForm):
    """Why the answer did not solve it, with another file if there is one."""

    file = UploadField(
        label="Arquivo zipado",
        required=False,
        help_text=f"{ZIP_HELP} Opcional.",
        accept=ARCHIVES,
        widget=forms.FileInput(attrs={"accept": ".zip,.opsz"}),
    )


class ReleaseForm(forms.Form):
    """«Liberação pontual» of one crítica."""

    rule_code = NameField(label="Código da crítica", max_length=20)
    year = forms.IntegerField(label="Ano", widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    bimester = forms.TypedChoiceField(
        label="Bimestre", coerce=int, choices=[(number, f"{number}º bimestre") for number in range(1, 7)]
    )
    version = forms.IntegerField(
        label="Versão da declaração",
        min_value=1,
        max_value=999,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text="A liberação vale só para esta versão.",
    )
    reason = TextField(label="Motivo", max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].widget.attrs["maxlength"] = 4
