"""Forms and helpers that every app uses."""

from django import forms

from common.exceptions import RuleBroken
from common.forms.fields import TextField


class ReasonForm(forms.Form):
    """Motivo of a revocation, a pendência, a return or a rejection."""

    reason = TextField(label="Motivo", max_length=300)


def put_refusal(form: forms.BaseForm, refusal: RuleBroken) -> None:
    """Show each broken rule beside the field at fault, or above the form when it has no such field."""
    for one in refusal.broken:
        form.add_error(one.field if one.field in form.fields else None, one.message)
