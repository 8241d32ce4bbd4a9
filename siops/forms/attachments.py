"""Forms that carry a file; what the file is, the service decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common.exceptions import RuleBroken
from siops import files
from siops.files import MAX_BYTES, FileType
from siops.models import Attachment

TOO_LARGE = "O arquivo tem mais de 10 MB. Reduza a resolução ou divida-o."


class UploadField(forms.FileField):
    """A file of up to 10 MB whose content is of one of the types in `accept`.

    It is looked into here, before any row is locked; the service asks again and gets the answer that is remembered.
    """

    default_error_messages = {"empty": "O arquivo está vazio."}

    def __init__(self, *, accept: Iterable[FileType], **options: Any) -> None:
        self.accept = tuple(accept)
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        if not file:
            return file
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE, code="file_too_large")
        try:
            files.inspect(file.read(), accept=self.accept)
        except RuleBroken as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from None
        file.seek(0)
        return file


class DocumentForm(forms.Form):
    """One document of the fund update."""

    kind = forms.ChoiceField(label="Documento")
    file = UploadField(
        label="Arquivo",
        help_text="PDF, PNG ou JPEG legível, de até 10 MB. Um novo arquivo substitui o anterior do mesmo documento.",
        accept=files.DOCUMENTS,
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def __init__(self, kinds: Iterable[Attachment.Kind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label="Documento", choices=[(kind.value, kind.label) for kind in kinds])
        self.order_fields(["kind", "file"])
