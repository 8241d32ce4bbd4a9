"""«Acesso de sistemas»: a new user."""

from django import forms

from rnds.models.systems import USERNAME


class SystemAccessForm(forms.Form):
    """The name alone: the password is made by the portal."""

    username = forms.CharField(
        label="Nome do usuário",
        max_length=USERNAME,
        help_text="O nome com que o sistema se apresenta, como hospital.ensaio. A senha é gerada e mostrada uma vez.",
        error_messages={"required": "Informe o nome do usuário."},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
