"""The CPF that «Buscar» looks up: what is sent is of the person whose data the page showed."""

from __future__ import annotations

from typing import Any

from django import forms

CONFIRM = "Clique em Buscar para conferir quem tem este CPF."


class ConfirmedCpf(forms.Form):
    """For the button that acts, beside a field `cpf`: the CPF must be the one whose data the page showed last."""

    confirm_message = CONFIRM
    confirmed_cpf = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "cpf" in data and data["cpf"] != data.get("confirmed_cpf"):
            self.add_error("cpf", self.confirm_message)
        return data
