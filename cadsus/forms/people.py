"""«Novo registro» and «Edição»: the guias Dados Pessoais, Contatos and Documentos of one record."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cadsus.forms.fields import CnsField
from cadsus.forms.web import BirthDateField, MunicipalityField, version_of
from cadsus.messages import M45, M47
from cadsus.services.people import ManualCns, Record
from cadsus.services.revenue import look_up
from common.exceptions import RuleBroken
from common.forms.fields import (
    CpfField,
    DateField,
    EmailField,
    ModelChoiceField,
    NameField,
    PhoneField,
    PostalCodeField,
)
from registry import keys, tax
from registry.models import Person
from registry.models.people import NAME
from registry.models.tables import (
    BRAZIL,
    UNKNOWN,
    AddressKind,
    CivilRecordKind,
    CnsKind,
    ContactKind,
    DocumentKind,
    Nationality,
    Race,
    Sex,
    StreetKind,
)
from territory.models import Uf

NO_FATHER = "Informe o nome do pai ou marque «Sem informação»."
ADDRESS_PARTS = "Complete o endereço: falta {what}."
CIVIL_PARTS = "Informe a matrícula, de 32 dígitos, ou cartório, livro, folha e termo."
NO_CIVIL_KIND = "Informe o tipo da certidão."
DIGITS_ONLY = "Informe somente números ({length})."
SEARCH = "buscar"
_NAME = re.compile(r"[^\W\d_]+(?:[' \-][^\W\d_]+)*")
_EMPTY = [("", "Selecione")]
_COLUMNS = (
    "cpf", "name", "social_name", "mother", "father", "birth_date", "sex", "race", "ethnicity", "nationality",
    "birth_country", "birth_city", "email", "phone", "is_nomad",
)  # fmt: skip
_ADDRESS = ("postal_code", "municipality", "district", "street_kind", "street", "number", "complement")


class PersonNameField(NameField):
    """First name and surname, without numbers or abbreviations (M47)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": NAME} | kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not keys.is_unknown(value) and not _is_whole_name(value):
            raise ValidationError(M47, code="name")


class DigitsField(forms.CharField):
    """A number of so many digits; points, hyphens and spaces are left out."""

    def __init__(self, *, pattern: str, length: str, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.pattern, self.length = pattern, length

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[.\-\s]", "", super().to_python(value) or "")
        if text and not re.fullmatch(self.pattern, text):
            raise ValidationError(DIGITS_ONLY.format(length=self.length), code="invalid")
        return text


def _is_whole_name(name: str) -> bool:
    words = keys.words(name)
    return bool(_NAME.fullmatch(name)) and len(words) > 1 and all(len(word) > 1 for word in words)


class PersonForm(forms.Form):
    """The record as a form; rules of more than one field are the service's."""

    searches_person = True

    cpf = CpfField(required=False, max_length=40, help_text="«Buscar» na Receita preenche e trava quatro campos.")
    from_revenue = forms.BooleanField(required=False, widget=forms.HiddenInput)
    name = PersonNameField(label="Nome")
    social_name = NameField(label="Nome social", required=False, max_length=NAME)
    mother = PersonNameField(label="Nome da mãe", required=False)
    has_no_mother = forms.BooleanField(label="Mãe sem informação", required=False)
    father = PersonNameField(label="Nome do pai", required=False)
    has_no_father = forms.BooleanField(label="Pai sem informação", required=False)
    birth_date = BirthDateField(label="Data de nascimento")
    sex = forms.ChoiceField(label="Sexo", choices=_EMPTY + Sex.choices)
    race = forms.ChoiceField(label="Raça/cor", choices=_EMPTY + Race.choices)
    ethnicity = DigitsField(
        label="Etnia", required=False, pattern=r"[0-9]{4}", length="4 dígitos", help_text="Código de quem é indígena."
    )
    nationality = forms.ChoiceField(label="Nacionalidade", choices=Nationality.choices, initial=Nationality.BRAZILIAN)
    birth_country = DigitsField(
        label="País de nascimento",
        pattern=r"[0-9]{3}",
        length="3 dígitos",
        initial=BRAZIL,
        help_text="Código; o Brasil é 010.",
    )
    birth_city = MunicipalityField(
        label="Município de nascimento", required=False, help_text="Como em «Belo Horizonte/MG»."
    )
    is_nomad = forms.BooleanField(label="Nômade", required=False)

    phone = PhoneField(label="Telefone")
    other_phone = PhoneField(label="Outro telefone", required=False)
    email = EmailField(required=False, max_length=100)
    postal_code = PostalCodeField(label="CEP", required=False, max_length=20)
    municipality = MunicipalityField(label="Município", required=False, help_text="Como em «Belo Horizonte/MG».")
    district = NameField(label="Bairro", required=False, max_length=80)
    street_kind = forms.ChoiceField(label="Tipo de logradouro", required=False, choices=_EMPTY + StreetKind.choices)
    street = NameField(label="Logradouro", required=False, max_length=250)
    number = NameField(label="Número", required=False, max_length=7, help_text="«S/N» quando não há.")
    complement = NameField(label="Complemento", required=False, max_length=50)

    rg_number = NameField(label="RG", required=False, max_length=20)
    rg_issuer = NameField(label="Órgão emissor", required=False, max_length=20)
    rg_uf = ModelChoiceField(label="UF do RG", required=False, queryset=Uf.objects.none(), empty_label="Selecione")
    rg_issued_on = DateField(label="Emissão do RG", required=False)
    nis = DigitsField(label="NIS/PIS/PASEP", required=False, pattern=r"[0-9]{11}", length="11 dígitos")
    dnv = DigitsField(
        label="Declaração de nascido vivo (DNV)", required=False, pattern=r"[0-9]{1,15}", length="até 15 dígitos"
    )
    civil_kind = forms.ChoiceField(label="Certidão", required=False, choices=_EMPTY + CivilRecordKind.choices)
    registration = DigitsField(
        label="Matrícula", required=False, pattern=r"[0-9]{32}", length="32 dígitos", help_text="Modelo de 2011."
    )
    notary = NameField(label="Cartório", required=False, max_length=120, help_text="Modelo antigo.")
    book = NameField(label="Livro", required=False, max_length=8)
    sheet = NameField(label="Folha", required=False, max_length=4)
    entry = NameField(label="Termo", required=False, max_length=8)

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        cast("ModelChoiceField", self.fields["rg_uf"]).queryset = Uf.objects.order_by("acronym")
        self.lock_checked()

    @property
    def is_search(self) -> bool:
        """Whether «Buscar» was pressed."""
        return SEARCH in self.data

    @property
    def is_from_revenue(self) -> bool:
        return bool(self["from_revenue"].value() not in (None, "", "False", False))

    def lock_checked(self) -> None:
        """What the Receita filled, now or when the record was made, is read and not typed; the service judges."""
        for name in tax.HANDED_OVER:
            attrs = self.fields[name].widget.attrs
            if self.is_from_revenue or (self.person is not None and self.person.from_revenue):
                attrs["readonly"] = True
            else:
                attrs.pop("readonly", None)

    def search(self) -> None:
        """«Buscar na Receita»: of what was typed only the CPF is judged, and the rest stays."""
        for other in [name for name in self.errors if name != "cpf"]:
            del self.errors[other]
        if "cpf" in self.errors:
            return
        try:
            facts = look_up(self.cleaned_data["cpf"], of=self.person)
        except RuleBroken as refusal:
            self.add_error("cpf", refusal.message)
        else:
            self._fill(facts)

    def _fill(self, facts: tax.Holder) -> None:
        data = cast("QueryDict", self.data).copy()
        for name, value in facts.columns().items():
            data[name] = str(value)
        data["from_revenue"] = "on"
        data.pop("has_no_mother", None)
        self.data = data
        self.lock_checked()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self._say_parent(data, "mother", M45)
        self._say_parent(data, "father", NO_FATHER)
        self._judge_address(data)
        self._judge_civil_record(data)
        return data

    def _say_parent(self, data: dict[str, Any], name: str, missing: str) -> None:
        if name not in data:
            return
        if data.get(f"has_no_{name}") or keys.is_unknown(data[name] or "x x"):
            data[name] = UNKNOWN
        elif not data[name]:
            self.add_error(name, missing)

    def _judge_address(self, data: dict[str, Any]) -> None:
        """Whole, to the door, or none."""
        if not any(data.get(name) for name in _ADDRESS):
            return
        for name in _ADDRESS[1:-1]:
            if name not in self.errors and not data.get(name):
                self.add_error(name, ADDRESS_PARTS.format(what=str(self.fields[name].label).lower()))

    def _judge_civil_record(self, data: dict[str, Any]) -> None:
        old = [bool(data.get(name)) for name in ("notary", "book", "sheet", "entry")]
        is_new = bool(data.get("registration"))
        if not data.get("civil_kind"):
            if (is_new or any(old)) and "civil_kind" not in self.errors:
                self.add_error("civil_kind", NO_CIVIL_KIND)
        elif "registration" not in self.errors and (any(old) if is_new else not all(old)):
            self.add_error("registration", CIVIL_PARTS)

    def record(self) -> Record:
        """What was filled, for the service."""
        data = self.cleaned_data
        return Record(
            person={name: data[name] for name in _COLUMNS} | {"cpf": data["cpf"] or None},
            address=self._address(),
            documents={
                DocumentKind.RG: self._document(
                    "rg_number", issuer=data["rg_issuer"], uf=data["rg_uf"], issued_on=data["rg_issued_on"]
                ),
                DocumentKind.NIS: self._document("nis"),
                DocumentKind.DNV: self._document("dnv"),
            },
            civil_record=self._civil_record(),
            contacts={ContactKind.OTHER: data["other_phone"]},
            from_revenue=data["from_revenue"],
        )

    def _address(self) -> dict[str, Any] | None:
        columns = {name: self.cleaned_data[name] for name in _ADDRESS}
        return columns if columns["municipality"] else None

    def _document(self, number: str, **columns: Any) -> dict[str, Any] | None:
        return {"number": self.cleaned_data[number], **columns} if self.cleaned_data[number] else None

    def _civil_record(self) -> dict[str, Any] | None:
        names = ("registration", "notary", "book", "sheet", "entry")
        kind = self.cleaned_data["civil_kind"]
        return {"kind": kind} | {name: self.cleaned_data[name] for name in names} if kind else None


class NewPersonForm(PersonForm):
    """«Novo registro»: the number is given by the CADSUS, or typed with a reason."""

    manual_cns = CnsField(
        label="CNS informado à mão", required=False, max_length=40, help_text="Em branco, o CADSUS gera um definitivo."
    )
    manual_kind = forms.ChoiceField(
        label="Tipo do CNS", required=False, choices=CnsKind.choices, initial=CnsKind.PROVISIONAL
    )
    manual_reason = NameField(label="Justificativa do CNS", required=False, max_length=200)

    def manual(self) -> ManualCns | None:
        data = self.cleaned_data
        if not data["manual_cns"]:
            return None
        return ManualCns(
            number=data["manual_cns"], kind=data["manual_kind"] or CnsKind.PROVISIONAL, reason=data["manual_reason"]
        )


class EditPersonForm(PersonForm):
    """«Edição», of the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


def initial_of(person: Person) -> dict[str, Any]:
    """A record as its form comes up."""
    facts = {name: getattr(person, name) for name in _COLUMNS} | version_of(person)
    for parent in ("mother", "father"):
        if keys.is_unknown(facts[parent]):
            facts |= {parent: "", f"has_no_{parent}": True}
    papers = {row.kind: row for row in person.documents.select_related("uf")}
    if rg := papers.get(DocumentKind.RG):
        facts |= {
            "rg_number": rg.number, "rg_issuer": rg.issuer, "rg_uf": rg.uf_id, "rg_issued_on": rg.issued_on
        }  # fmt: skip
    facts |= {name: papers[kind].number for name, kind in _NUMBERS.items() if kind in papers}
    if civil := person.civil_records.order_by("pk").first():
        facts |= {name: getattr(civil, name) for name in ("registration", "notary", "book", "sheet", "entry")}
        facts |= {"civil_kind": civil.kind}
    if home := person.addresses.filter(kind=AddressKind.HOME).select_related("municipality__uf").first():
        facts |= {name: getattr(home, name) for name in _ADDRESS}
    if other := person.contacts.filter(kind=ContactKind.OTHER).order_by("pk").first():
        facts |= {"other_phone": other.value}
    return facts


_NUMBERS = {"nis": DocumentKind.NIS, "dnv": DocumentKind.DNV}
