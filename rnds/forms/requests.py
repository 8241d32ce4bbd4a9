"""Forms of «Solicitar Credencial»: the opening, sections A, B and E, the termo and the reasons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common.exceptions import RuleBroken
from common.forms.fields import EmailField, PhoneField
from common.forms.shared import put_refusal
from pki.models import Pkcs12File
from registry.models import Person
from rnds.services.requests import find_person
from siops.forms.signing import SigningForm

# A .pfx or .cer is a few kilobytes; one byte more than allowed is enough to refuse a larger one without reading it.
MOST_BYTES_READ = 100 * 1024 + 1
COUNTER_KEY_PLACEHOLDER = "-".join(["xxxx"] * 8)


def _masked(mask: str, placeholder: str = "") -> forms.TextInput:
    attrs = {"data-mask": mask, "autocomplete": "off", "spellcheck": "false", "placeholder": placeholder}
    return forms.TextInput({name: value for name, value in attrs.items() if value})


class TokenForm(forms.Form):
    """«Informe o Token do e-Gestor»."""

    token_value = forms.CharField(label="Token e-Gestor", max_length=60, widget=_masked("token", "Token e-Gestor"))
    counter_key = forms.CharField(
        label="Informe a contra-chave de instalação do e-SUS APS:",
        max_length=80,
        widget=_masked("counter-key", COUNTER_KEY_PLACEHOLDER),
        help_text="Copie do PEC, em Gestão municipal › Certificados.",
    )


class GenerateForm(forms.Form):
    """«Gerar Certificado»: the password of the .pfx to come, twice, and how the file is written."""

    password = forms.CharField(
        label="Senha",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="De 8 a 64 caracteres. Guarde-a: o portal não a mostra de novo.",
    )
    confirmation = forms.CharField(
        label="Confirme a senha", strip=False, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
    form = forms.ChoiceField(
        label="Forma do arquivo",
        choices=Pkcs12File.Form.choices,
        initial=Pkcs12File.Form.MODERN,
        widget=forms.RadioSelect,
        help_text="Use a forma compatível só se o Java ou o Windows do servidor for antigo.",
    )


class UploadForm(forms.Form):
    """A file and its first bytes, enough to judge it."""

    file = forms.FileField(label="Arquivo do certificado", max_length=255, allow_empty_file=True)

    def content(self) -> tuple[str, bytes]:
        """File name and content; a file that is too large gives one byte more than allowed."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        return upload.name or "", upload.read(MOST_BYTES_READ)


class Pkcs12Form(UploadForm):
    """«Certificado A1 (.pfx)»: the file and the password that opens it."""

    password = forms.CharField(
        label="Senha do certificado",
        strip=False,
        max_length=256,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text="Só para conferir o arquivo; ela não fica guardada.",
    )
    field_order = ("file", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = "Arquivo .pfx ou .p12 de até 100 KB."
        self.fields["file"].widget.attrs["accept"] = ".pfx,.p12"


class PublicForm(UploadForm):
    """«Carregar certificado (.cer)»."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ".cer,.crt"


class EstablishmentForm(forms.Form):
    """Section B: contact of the «estabelecimento cessionário»."""

    phone = PhoneField()
    email = EmailField()


class LookupForm(forms.Form):
    """«Informe o CNS» OU «Informe o CPF»; `person` is who was found."""

    person: Person | None = None

    cns = forms.CharField(label="Informe o CNS", max_length=20, required=False, widget=_masked("cns", "Informe o CNS"))
    cpf = forms.CharField(label="Informe o CPF", max_length=20, required=False, widget=_masked("cpf", "Informe o CPF"))

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not {"cns", "cpf"} & self.errors.keys():
            try:
                self.person = find_person(cns=data.get("cns", ""), cpf=data.get("cpf", ""))
            except RuleBroken as refusal:
                put_refusal(self, refusal)
        return data


class ResponsibleForm(LookupForm):
    """Section E: «gestor responsável» and their contact."""

    phone = PhoneField()
    email = EmailField()


class TermsForm(SigningForm):
    """The checkbox of the termo and the hash of the text that was shown."""

    field_order = ("accepted", "pin")
    shown_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    accepted = forms.BooleanField(
        label="Aceito os termos de uso",
        error_messages={"required": "Para continuar, marque «Aceito os termos de uso»."},
        widget=forms.CheckboxInput({"data-enables": "confirmar"}),
    )
