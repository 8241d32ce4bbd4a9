"""What goes in and out of a declaration as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from declarations.engine.opening import MAX_PACKED


class PackForm(forms.Form):
    """«Gravar arquivo para Transmissão»: what was shown, and that it was looked at."""

    shown_hash = forms.CharField(widget=forms.HiddenInput)
    has_checked = forms.BooleanField(
        label="Conferi os dados", error_messages={"required": "Marque que conferiu os dados."}
    )


class ImportForm(forms.Form):
    """T12: a file of transmission, one of its CSVs, or the spreadsheet that the municipality has."""

    file = forms.FileField(
        label="Arquivo",
        max_length=255,
        help_text="Um .opsz gravado aqui, um só dos seus CSV, ou a planilha do município (.xlsx ou .csv), de até 5 MB.",
        widget=forms.FileInput(attrs={"accept": ".opsz,.csv,.xlsx"}),
        error_messages={"empty": "O arquivo está vazio."},
    )

    def content(self) -> tuple[str, bytes]:
        """File name and content; one byte more than allowed is enough to refuse a larger file."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        return upload.name or "", upload.read(MAX_PACKED + 1)
