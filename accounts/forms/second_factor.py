"""The code of the authenticator."""

from typing import Any

from django import forms


class CodeForm(forms.Form):
    """Six digits, or a recovery code."""

    code = forms.CharField(
        label="Código",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
        help_text="Os seis dígitos do autenticador ou um código de recuperação.",
    )


class FirstCodeForm(CodeForm):
    """The first code of an authenticator, before there are recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "Os seis dígitos que o autenticador mostra agora."
