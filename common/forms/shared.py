"""Forms and helpers that every app uses."""

from collections.abc import Mapping
from typing import Any

from django import forms

from common.exceptions import RuleBroken
from common.forms.fields import TextField


class ReasonForm(forms.Form):
    """Motivo of a revocation, a pendência, a return or a rejection."""

    reason = TextField(label="Motivo", max_length=300)


# The last of every list of reasons: what the list has no words for.
OTHER = "other"


class ListedReasonForm(forms.Form):
    """Motivo of a decision, from the list of its queue (code → words), and what the reader needs to know besides.

    The cleaned `reason` is one text: the words of the list, then what was typed, which «Outro» cannot do without.
    """

    cause = forms.ChoiceField(label="Motivo")
    reason = TextField(
        label="O que falta ou está errado",
        max_length=1000,
        required=False,
        help_text="Vai junto com o motivo escolhido. Obrigatório em «Outro», com 10 caracteres ou mais.",
    )

    def __init__(self, reasons: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = dict(reasons)
        cause = self.fields["cause"]
        assert isinstance(cause, forms.ChoiceField)  # noqa: S101 -- tells the type checker which field it is
        cause.choices = [("", "- Selecione -"), *self.words.items(), (OTHER, "Outro")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = data.get("reason", "")
        if data.get("cause") == OTHER and not typed:
            self.add_error("reason", forms.ValidationError("Descreva o motivo.", code="required"))
        data["reason"] = f"{self.words.get(data.get('cause', ''), '')} {typed}".strip()
        return data


def put_refusal(form: forms.BaseForm, refusal: RuleBroken, *others: forms.BaseForm) -> None:
    """Show each broken rule beside the field at fault, in whichever form of the page has it, or above the first."""
    for one in refusal.broken:
        at_fault = next((each for each in (form, *others) if one.field in each.fields), None)
        if at_fault is None:
            form.add_error(None, one.message)
        else:
            at_fault.add_error(one.field, one.message)
