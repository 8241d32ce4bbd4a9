"""Forms of «INSTALAÇÃO/ATUALIZAÇÃO PEC E-SUS APS»."""

from collections.abc import Iterable
from typing import Any

from django import forms

from egestor.models import InstallationCode
from registry.models import Person

NOTHING_CHOSEN = "- SELECIONE -"


class CodeForm(forms.Form):
    """«Gestor» and «Motivo», for «Gerar Código»."""

    manager = forms.TypedChoiceField(label="Gestor", coerce=int, error_messages={"required": "Selecione o gestor."})
    reason = forms.TypedChoiceField(
        label="Motivo",
        coerce=InstallationCode.Reason,
        choices=[("", NOTHING_CHOSEN), *InstallationCode.Reason.choices],
        error_messages={"required": "Selecione o motivo."},
    )

    def __init__(self, managers: Iterable[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", NOTHING_CHOSEN), *((str(person.pk), person.name) for person in managers)]
        self.fields["manager"].choices = choices  # type: ignore[attr-defined]  # Field hides it


class AccessForm(forms.Form):
    """«Liberar Acesso»: the code of the fund."""

    code = forms.CharField(
        label="Código",
        max_length=60,
        help_text="O código que o Fundo gerou para você. Vale 24 horas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CounterKeyForm(forms.Form):
    """«Gerar contra-chave»: the code that gave access, and the key that the PEC shows."""

    code = forms.CharField(max_length=60, widget=forms.HiddenInput)
    installation_key = forms.CharField(
        label="Chave de instalação",
        max_length=60,
        help_text="A que o PEC mostra na tela «Instalação»: quatro grupos de quatro caracteres.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
