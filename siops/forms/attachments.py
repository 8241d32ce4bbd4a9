"""Forms that carry a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from common.uploads.fields import UploadField
from siops.models import Attachment
from siops.services.attachments import DOCUMENTS


class DocumentForm(forms.Form):
    """One document of the fund update."""

    kind = forms.ChoiceField(label="Documento")
    file = UploadField(
        label="Arquivo",
        help_text="PDF, PNG ou JPEG legível, de até 10 MB. Um novo arquivo substitui o anterior do mesmo documento.",
        accept=DOCUMENTS,
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"}),
    )

    def __init__(self, kinds: Iterable[Attachment.Kind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label="Documento", choices=[(kind.value, kind.label) for kind in kinds])
        self.order_fields(["kind", "file"])
