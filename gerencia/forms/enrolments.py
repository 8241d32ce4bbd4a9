"""Forms of the adesão."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from siops.forms.signing import SigningForm


class ResponsibilitiesForm(forms.Form):
    """«Responsabilidades do ente»: which were ticked; that all must be, the service says."""

    responsibilities = forms.MultipleChoiceField(
        label="O ente declara ciência de:", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, texts: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["responsibilities"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 -- tells the type checker which field it is
        field.choices = [(str(number), text) for number, text in enumerate(texts)]


class TermsForm(SigningForm):
    """«Li e aceito o termo de compromisso»."""

    field_order = ("accepted", "pin")
    accepted = forms.BooleanField(
        label="Li e aceito o termo de compromisso", error_messages={"required": "Aceite o termo para aderir."}
    )
    shown_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
