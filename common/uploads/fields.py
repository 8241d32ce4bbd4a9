"""The field of a form that carries a file; what the file is, the service decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common import uploads
from common.exceptions import RuleBroken


class UploadField(forms.FileField):
    """A file within the limits of `accept`, by its content.

    It is looked into here, before any row is locked; the service asks again and gets the answer that is remembered.
    """

    default_error_messages = {"empty": "O arquivo está vazio."}

    def __init__(self, *, accept: uploads.Limits, **options: Any) -> None:
        self.accept = accept
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        if not file:
            return file
        if (file.size or 0) > self.accept.most:
            raise forms.ValidationError(self.accept.too_large, code="file_too_large")
        try:
            uploads.inspect(file.read(), accept=self.accept)
        except RuleBroken as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from None
        file.seek(0)
        return file
