"""The form of the PEC's report of errors."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms

from common.forms.fields import DateField
from common.legal_time import BRASILIA
from rnds.services.monitor import KEPT_FOR

CALLS = "chamadas"
# What the real PEC sends to the RNDS, and this one does not yet.
NOT_SIMULATED = ("RIA-C e RIA-R", "RAC", "RPM")
BACKWARDS = "A data final deve ser igual ou posterior à inicial."


class ErrorReportForm(forms.Form):
    """«Gerar relatório de erros»: Período, and the kinds of record; only the calls exist here."""

    since = DateField(label="Período: de")
    until = DateField(label="até")
    kinds = forms.MultipleChoiceField(
        label="Tipos de registro",
        choices=[(CALLS, "Chamadas do PEC: token e CADSUS")],
        widget=forms.CheckboxSelectMultiple,
        initial=[CALLS],
        help_text=f"{', '.join(NOT_SIMULATED)}: ainda não simulados.",
        error_messages={"required": "Marque ao menos um tipo de registro."},
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = at.astimezone(BRASILIA).date()
        self.fields["since"].initial, self.fields["until"].initial = today - KEPT_FOR, today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["until"] < cleaned["since"]:
            self.add_error("until", BACKWARDS)
        return cleaned

    def period(self) -> tuple[datetime, datetime]:
        """Whole days of Brasília: from the first instant of the one to the last of the other."""
        first, last = self.cleaned_data["since"], self.cleaned_data["until"]
        return datetime.combine(first, time.min, BRASILIA), datetime.combine(last, time.max, BRASILIA)
