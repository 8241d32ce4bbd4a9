"""Forms and helpers that every app uses."""

from django import forms

from common.exceptions import RuleBroken
from common.forms.fields import TextField


class ReasonForm(forms.Form):
    """Motivo of a revocation, a pendência, a return or a rejection."""

    reason = TextField(label="Motivo", max_length=300)


def put_refusal(form: forms.BaseForm, refusal: RuleBroken, *others: forms.BaseForm) -> None:
    """Show each broken rule beside the field at fault, in whichever form of the page has it, or above the first."""
    for one in refusal.broken:
        at_fault = next((each for each in (form, *others) if one.field in each.fields), None)
        if at_fault is None:
            form.add_error(None, one.message)
        else:
            at_fault.add_error(one.field, one.message)
