"""Forms of «Certificado Digital»: 2ª and 3ª etapas, following by protocol, and the certifier's counter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms

from common.forms.fields import CpfField, ModelChoiceField, NameField
from common.forms.people import ConfirmedCpf
from common.forms.widgets import DateInput
from pki.models import Medium
from siops.forms.sign_in import PinField
from siops.models import CertificationRequest, Certifier, ServicePoint
from siops.services.certification import CHOOSE_POINT
from siops.services.certification_issue import LONGEST_PASSWORD, MISSING_DOCUMENTS, SHORTEST_PASSWORD
from territory.models import Entity

NEW_SECRET = {"autocomplete": "new-password"}
NOTHING_CHOSEN = "- SELECIONE -"
IN_TOWN, IN_STATE, ELSEWHERE = "No seu município", "No seu estado", "Outros estados"
PINS_DIFFER = "Os PINs digitados não são iguais."
PASSWORDS_DIFFER = "As senhas digitadas não são iguais."


class CpfForm(forms.Form):
    """CPF of the gestor, for «Buscar»."""

    cpf = CpfField(max_length=40)


class ConfirmedCpfForm(ConfirmedCpf, CpfForm):
    """The same for «Enviar»."""


class ServicePointField(ModelChoiceField):
    """A posto with where it is, the nearest to some entities first."""

    def offer_nearest_first(self, entities: Collection[Entity]) -> None:
        """Group the postos by how far they are from the entities."""
        towns = {entity.municipality_id for entity in entities}
        states = {entity.uf_id for entity in entities}
        groups: dict[str, list[tuple[str, str]]] = {IN_TOWN: [], IN_STATE: [], ELSEWHERE: []}
        for point in self.queryset or ():
            town = point.municipality
            where = IN_TOWN if town.pk in towns else IN_STATE if town.uf_id in states else ELSEWHERE
            groups[where].append((str(point.pk), self.label_from_instance(point)))
        near = [(where, points) for where, points in groups.items() if points]
        self.choices = [("", NOTHING_CHOSEN), *near]

    def label_from_instance(self, obj: ServicePoint) -> str:
        return f"{obj.municipality} – {obj.name} ({obj.certifier})"


class RequestForm(forms.Form):
    """2ª etapa, once the CPF was found."""

    entity = forms.TypedChoiceField(label="Ente", coerce=int)
    certifier = ModelChoiceField(
        label="Certificadora",
        queryset=Certifier.objects.all(),
        empty_label=NOTHING_CHOSEN,
        error_messages={"required": CHOOSE_POINT, "invalid_choice": CHOOSE_POINT},
    )
    service_point = ServicePointField(
        label="Posto de atendimento",
        queryset=ServicePoint.objects.select_related("certifier", "municipality__uf").order_by(
            "municipality__uf__acronym", "municipality__name", "name"
        ),
        empty_label=NOTHING_CHOSEN,
        error_messages={"required": CHOOSE_POINT, "invalid_choice": CHOOSE_POINT},
    )
    kind = forms.ChoiceField(
        label="Tipo de certificado",
        choices=Medium.Kind.choices,
        initial=Medium.Kind.A3,
        widget=forms.RadioSelect,
        help_text="A3 fica em uma mídia que você leva ao posto; A1 é um arquivo .p12 com senha.",
    )

    def __init__(self, entities: Collection[Entity], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(entity.pk), str(entity)) for entity in entities]
        field = self.fields["entity"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 -- tells the type checker which field it is
        field.choices, field.initial = places, places[0][0]
        # A single entity leaves nothing to choose.
        if len(places) == 1:
            field.widget = forms.HiddenInput()
        points = self.fields["service_point"]
        assert isinstance(points, ServicePointField)  # noqa: S101 -- tells the type checker which field it is
        points.offer_nearest_first(entities)


class ProtocolForm(forms.Form):
    """Following a request: CPF and protocol, by who cannot sign in yet."""

    cpf = CpfField(max_length=40)
    protocol = NameField(
        label="Protocolo",
        max_length=24,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        help_text="No formato XXXX-XXXX-XXXX; está na tela da 2ª etapa e no e-mail enviado.",
    )


class ScheduleForm(forms.Form):
    """3ª etapa."""

    date = forms.DateField(label="Data do atendimento", widget=DateInput())
    period = forms.ChoiceField(
        label="Período",
        choices=CertificationRequest.Period.choices,
        initial=CertificationRequest.Period.MORNING,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, first: dt.date, last: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["date"]
        field.widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}
        field.help_text = f"Dia útil, com até 90 dias de antecedência: de {first:%d/%m/%Y} a {last:%d/%m/%Y}."


class IssueForm(forms.Form):
    """At the counter: the documents that were seen, and the secrets that the holder types."""

    documents = forms.MultipleChoiceField(
        label="Documentos conferidos",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": MISSING_DOCUMENTS, "invalid_choice": MISSING_DOCUMENTS},
    )
    password = forms.CharField(
        label="Senha do arquivo .p12",
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(NEW_SECRET),
        help_text="Digitada pelo titular, de 8 a 64 caracteres.",
    )
    repeated_password = forms.CharField(label="Confirme a senha", strip=False, widget=forms.PasswordInput(NEW_SECRET))
    pin = PinField(help_text="Digitado pelo titular, de 4 a 8 dígitos.")
    repeated_pin = PinField(label="Confirme o PIN")

    def __init__(self, row: CertificationRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["documents"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 -- tells the type checker which field it is
        field.choices = [(document.value, document.label) for document in row.required_documents]
        if row.kind != Medium.Kind.A1:
            del self.fields["password"], self.fields["repeated_password"]

    def clean_documents(self) -> list[str]:
        seen: list[str] = self.cleaned_data["documents"]
        if len(seen) < len(dict(self.fields["documents"].choices)):  # type: ignore[attr-defined]  # a choice field
            raise forms.ValidationError(MISSING_DOCUMENTS, code="documents")
        return seen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, message in (("pin", PINS_DIFFER), ("password", PASSWORDS_DIFFER)):
            repeated = f"repeated_{name}"
            if name in data and repeated in data and data[name] != data[repeated]:
                self.add_error(repeated, message)
        return data
