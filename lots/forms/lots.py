"""What the TI chooses of a lot."""

from __future__ import annotations

from django import forms

from lots.models import Pace

NOW, NIGHT = "now", "night"


class StartLotForm(forms.Form):
    """«Iniciar lote»."""

    pace = forms.ChoiceField(
        label="Ritmo",
        choices=Pace.choices,
        initial=Pace.CLASS,
        widget=forms.RadioSelect,
        help_text="Quantas consultas por segundo o CADSUS simulado aceita.",
    )
    when = forms.ChoiceField(
        label="Quando",
        choices=[(NOW, "Agora"), (NIGHT, "Na janela da noite, das 0h às 6h, pelo relógio da sala")],
        initial=NOW,
        widget=forms.RadioSelect,
    )
