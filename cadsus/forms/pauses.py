"""For how long the consultation is turned off."""

from django import forms

from cadsus.services.pausing import SPANS


class PauseForm(forms.Form):
    """«Desabilitar a consulta»."""

    span = forms.ChoiceField(
        label="Por quanto tempo",
        choices=[(span, words.removeprefix("por ").capitalize()) for span, (words, _) in SPANS.items()],
        widget=forms.RadioSelect,
        help_text="Pelo relógio da sala; no fim do período volta sozinha.",
    )
