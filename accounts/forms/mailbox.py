"""Form of the simulated mailbox."""

from django import forms

from common.forms.fields import EmailField


class MailboxForm(forms.Form):
    """Whose mailbox to read. The name of the field is seen in the address bar."""

    endereco = EmailField(
        label="Endereço de e-mail",
        help_text="O que está no cadastro: do fundo, do técnico ou da pessoa.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
