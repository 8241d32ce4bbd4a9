"""Forms of the simulated PEC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from common.forms.fields import ModelChoiceField
from rnds.models import PecInstallation
from rnds.services.key_files import MAX_BYTES, MAX_NAME

RNDS, CADSUS = "rnds", "cadsus"
LARGEST_REQUESTER_ID = 2_147_483_647


class KeyFileForm(forms.Form):
    """A file for the folder "chaves"."""

    file = forms.FileField(
        label="Arquivo",
        max_length=MAX_NAME,
        help_text="Arquivo .pfx ou .p12 com a chave privada, de até 100 KB.",
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError("Selecione um arquivo de até 100 KB.", code="file_too_large")
        return file


class CertificateForm(forms.Form):
    """«Certificados»: what «Habilitar» needs, in the order of the screen."""

    services = forms.MultipleChoiceField(
        label="Serviços",
        choices=[(RNDS, "RNDS"), (CADSUS, "CADSUS")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Um só certificado por instalação. O CADSUS também exige HTTPS, domínio e login gov.br no PEC.",
        error_messages={"required": "Selecione ao menos um serviço."},
    )
    file = ModelChoiceField(
        label="Certificado",
        queryset=None,
        empty_label="Selecione",
        error_messages={
            "required": "Selecione um certificado da lista.",
            "invalid_choice": "Selecione um certificado da lista.",
        },
    )
    password = forms.CharField(
        label="Senha",
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    requester_id = forms.IntegerField(
        label="Identificador solicitante",
        required=False,
        min_value=1,
        max_value=LARGEST_REQUESTER_ID,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="O ID SOLICITAÇÃO da credencial. Obrigatório para a RNDS.",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Identificador solicitante inválido."),
    )

    def __init__(self, *args: Any, installation: PecInstallation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].queryset = installation.key_files.present_at(at)  # type: ignore[attr-defined]  # Field hides it

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        unanswered = cleaned.get("requester_id") is None and "requester_id" not in self.errors
        if RNDS in cleaned.get("services", []) and unanswered:
            self.add_error("requester_id", "Informe o identificador solicitante.")
        return cleaned


class ActivationForm(forms.Form):
    """«Instalação»: the contra-chave that the e-Gestor gave for the key of the screen."""

    counter_key = forms.CharField(
        label="Contra-chave",
        max_length=60,
        help_text="Quatro grupos de quatro, gerada no e-Gestor com a chave desta tela.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
