"""Forms of «Esqueci minha senha»."""

from django import forms

from accounts.services.passwords import MAX_LENGTH
from common.forms.fields import CnpjField, CpfField


class ForgotOrganisationForm(forms.Form):
    """A fund that does not have its password."""

    cnpj = CnpjField(label="CNPJ do FMS/FES (Matriz)", max_length=40)


class ForgotPersonForm(forms.Form):
    """A person who does not know how to enter."""

    cpf = CpfField(max_length=40)


class NewPasswordForm(forms.Form):
    """The new password, twice; its rules are the service's."""

    password = forms.CharField(
        label="Nova senha",
        max_length=MAX_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=f"De 8 a {MAX_LENGTH} caracteres. Maiúsculas, minúsculas e símbolos fazem diferença.",
    )
    confirmation = forms.CharField(
        label="Confirme a nova senha",
        max_length=MAX_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
