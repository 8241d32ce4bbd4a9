"""What goes in and out of a declaration as a file."""

from __future__ import annotations

from django import forms


class PackForm(forms.Form):
    """«Gravar arquivo para Transmissão»: what was shown, and that it was looked at."""

    shown_hash = forms.CharField(widget=forms.HiddenInput)
    has_checked = forms.BooleanField(
        label="Conferi os dados", error_messages={"required": "Marque que conferiu os dados."}
    )
