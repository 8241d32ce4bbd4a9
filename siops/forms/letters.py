"""Forms of the ofício and of the election load."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common.forms.fields import CpfField, DateField, EmailField, NameField, PhoneField
from common.uploads.fields import UploadField
from siops.forms.people import PersonForm
from siops.models import Attachment
from siops.services.attachments import DOCUMENTS
from siops.services.election_file import MAX_BYTES

DOCUMENT_HELP = "PDF, PNG ou JPEG legível, de até 10 MB."


class LetterForm(PersonForm):
    """The new head of the executive and the copies that prove it."""

    cpf = CpfField(label="CPF do novo chefe", help_text="«Buscar» preenche o nome.")
    email = EmailField(label="E-mail institucional")
    phone = PhoneField()
    position = NameField(label="Cargo", min_length=3)
    starts_on = DateField(label="Início", help_text="Data da posse.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Attachment.FOR_LETTER:
            widget = forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"})
            self.fields[kind] = UploadField(label=kind.label, help_text=DOCUMENT_HELP, accept=DOCUMENTS, widget=widget)

    @property
    def values(self) -> dict[str, Any]:
        """What the service sends; the files apart."""
        return {name: value for name, value in self.cleaned_data.items() if name not in Attachment.FOR_LETTER}

    @property
    def documents(self) -> dict[str, tuple[str, bytes]]:
        """File name and content of each document."""
        return {kind: _content(self.cleaned_data[kind]) for kind in Attachment.FOR_LETTER}


class ElectionForm(forms.Form):
    """The election file and its year."""

    election_year = forms.IntegerField(
        label="Ano da eleição",
        min_value=1988,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
    )
    file = forms.FileField(
        label="Arquivo da eleição",
        max_length=255,
        help_text="CSV de até 2 MB, em UTF-8 ou Latin-1, com campos separados por ponto e vírgula.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt"}),
        error_messages={"empty": "O arquivo está vazio."},
    )

    def content(self) -> tuple[str, bytes]:
        """File name and content; one byte more than allowed is enough to refuse a larger file."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        return upload.name or "", upload.read(MAX_BYTES + 1)


def _content(upload: UploadedFile[Any]) -> tuple[str, bytes]:
    return upload.name or "", upload.read()
