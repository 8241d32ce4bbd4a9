"""The PIN with which who has a virtual token signs by their own key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from common.actor import Actor
from siops.forms.sign_in import PinField
from siops.services import signing

BLOCKS = "Três PINs errados bloqueiam o certificado."
OWN_KEY = f"Com ele, assina a chave do seu certificado. Em branco, assina o selo do portal. {BLOCKS}"


class SigningForm(forms.Form):
    """What is signed as it is sent: the PIN is asked of who entered with it, and offered to who has a virtual token."""

    pin = PinField(label="PIN do seu token virtual", required=False, help_text=OWN_KEY)

    def __init__(self, *args: Any, actor: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if signing.asks_pin(actor):
            self.fields["pin"].required, self.fields["pin"].help_text = True, BLOCKS
        elif not signing.has_token(actor, at):
            del self.fields["pin"]

    @property
    def given_pin(self) -> str:
        """Empty for who signs by the portal's seal."""
        return str(self.cleaned_data.get("pin", ""))
