"""Forms and helpers that every app uses."""

from django import forms

from common.exceptions import RuleBroken
from common.forms.fields import TextField


class ReasonForm(forms.Form):
    """Motivo of a revocation, a pendência, a return or a rejection."""

    reason = TextField(label="Motivo", max_length=300)


def put_refusal(form: forms.BaseForm, refusal: RuleBroken) -> None:
    """Show a refusal beside the field at fault, or above the form when it has no such field."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
