"""The code of the authenticator."""

from django import forms


class CodeForm(forms.Form):
    """Six digits, or a recovery code."""

    code = forms.CharField(
        label="Código",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
        help_text="Os seis dígitos do autenticador ou um código de recuperação.",
    )
