"""Forms of the ofício: signed in the portal, brought as a PDF, or registered by the SAPS."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from common.forms.fields import CpfField, DateField, NameField
from common.forms.widgets import TimeInput
from common.legal_time import BRASILIA
from documents.forms import FileForm
from gerencia.models import OfficialLetter
from gerencia.services.letters import Particulars
from siops.forms.sign_in import PinField
from territory.models import Entity

Channel = OfficialLetter.Channel
ROLES = [("", "- Selecione -"), *OfficialLetter.Signatory.choices]
NUMBER_HELP = "Como está no documento, por exemplo 120/2026."


class SignForm(forms.Form):
    """«Gerar e assinar o ofício»."""

    number = NameField(label="Número do ofício", max_length=40, help_text=NUMBER_HELP)
    signatory_role = forms.ChoiceField(label="Cargo do signatário", choices=ROLES)
    cpf = CpfField(label="CPF do signatário")
    pin = PinField(label="PIN do token virtual do signatário", help_text="Três PINs errados bloqueiam o certificado.")


class UploadForm(FileForm):
    """An ofício as a PDF that its signatory signed."""

    number = NameField(label="Número do ofício", max_length=40, help_text=NUMBER_HELP)
    signatory_role = forms.ChoiceField(label="Cargo do signatário", choices=ROLES)
    signatory_name = NameField(label="Nome do signatário", help_text="Como está no certificado que assinou o PDF.")
    field_order: tuple[str, ...] = ("number", "signatory_role", "signatory_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "Ofício assinado (PDF)"
        self.fields["file"].help_text = "Assinado com o certificado do signatário. Até 10 MB."

    @property
    def facts(self) -> Particulars:
        names = ("number", "signatory_role", "signatory_name")
        return Particulars(**{name: self.cleaned_data[name] for name in names})


class ReceiveForm(UploadForm):
    """The same at the desk: of which entity, how it came, and when it was sent."""

    entity = forms.ChoiceField(label="Ente")
    channel = forms.ChoiceField(
        label="Como chegou", choices=[choice for choice in Channel.choices if choice[0] != Channel.PORTAL]
    )
    sent_on = DateField(label="Enviado em", help_text="Data do SEI, do e-mail ou da postagem.")
    sent_time = forms.TimeField(label="Hora (Brasília)", widget=TimeInput, initial="12:00")
    field_order: tuple[str, ...] = (
        "entity",
        "channel",
        "sent_on",
        "sent_time",
        "number",
        "signatory_role",
        "signatory_name",
        "file",
    )

    def __init__(self, entities: Iterable[Entity], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entity"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- tells the type checker which field it is
        named = [(str(entity.pk), f"{entity} ({entity.get_kind_display()})") for entity in entities]
        field.choices = [("", "- Selecione -"), *named]

    @property
    def sent_at(self) -> datetime:
        return datetime.combine(self.cleaned_data["sent_on"], self.cleaned_data["sent_time"], tzinfo=BRASILIA)
