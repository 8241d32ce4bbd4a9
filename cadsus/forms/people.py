"""«Novo registro» and «Edição»: the guias Dados Pessoais, Contatos and Documentos of one record, as one form."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cadsus.forms.fields import CnsField, DigitsField
from cadsus.forms.homes import HomeForm, home_of
from cadsus.forms.papers import EMPTY, PapersForm, papers_of
from cadsus.forms.web import BirthDateField, MunicipalityField, version_of
from cadsus.messages import M45, M47
from cadsus.services.people import ManualCns, Record
from cadsus.services.revenue import look_up
from common.exceptions import RuleBroken
from common.forms.fields import CpfField, NameField
from registry import keys, tax
from registry.models import Person
from registry.models.people import NAME
from registry.models.tables import BRAZIL, UNKNOWN, CnsKind, ContactKind, Nationality, Race, Sex

NO_FATHER = "Informe o nome do pai ou marque «Sem informação»."
SEARCH = "buscar"
_NAME = re.compile(r"[^\W\d_]+(?:[' \-][^\W\d_]+)*")
_COLUMNS = (
    "cpf", "name", "social_name", "mother", "father", "birth_date", "sex", "race", "ethnicity", "nationality",
    "birth_country", "birth_city", "email", "phone", "is_nomad",
)  # fmt: skip


class PersonNameField(NameField):
    """First name and surname, without numbers or abbreviations (M47)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": NAME} | kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not keys.is_unknown(value) and not _is_whole_name(value):
            raise ValidationError(M47, code="name")


def _is_whole_name(name: str) -> bool:
    words = keys.words(name)
    return bool(_NAME.fullmatch(name)) and len(words) > 1 and all(len(word) > 1 for word in words)


class IdentityForm(forms.Form):
    """The guia Dados Pessoais: who the person is."""

    cpf = CpfField(required=False, max_length=40, help_text="«Buscar» na Receita preenche e trava quatro campos.")
    from_revenue = forms.BooleanField(required=False, widget=forms.HiddenInput)
    name = PersonNameField(label="Nome")
    social_name = NameField(label="Nome social", required=False, max_length=NAME)
    mother = PersonNameField(label="Nome da mãe", required=False)
    has_no_mother = forms.BooleanField(label="Mãe sem informação", required=False)
    father = PersonNameField(label="Nome do pai", required=False)
    has_no_father = forms.BooleanField(label="Pai sem informação", required=False)
    birth_date = BirthDateField(label="Data de nascimento")
    sex = forms.ChoiceField(label="Sexo", choices=EMPTY + Sex.choices)
    race = forms.ChoiceField(label="Raça/cor", choices=EMPTY + Race.choices)
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

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self._say_parent(data, "mother", M45)
        self._say_parent(data, "father", NO_FATHER)
        return data

    def _say_parent(self, data: dict[str, Any], name: str, missing: str) -> None:
        if name not in data:
            return
        if data.get(f"has_no_{name}") or keys.is_unknown(data[name] or "x x"):
            data[name] = UNKNOWN
        elif not data[name]:
            self.add_error(name, missing)


class PersonForm(PapersForm, HomeForm, IdentityForm):
    """The record as a form; rules of more than one field are the service's. The guias come in the order of the page."""

    searches_person = True

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
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

    def record(self) -> Record:
        """What was filled, for the service."""
        data = self.cleaned_data
        return Record(
            person={name: data[name] for name in _COLUMNS} | {"cpf": data["cpf"] or None},
            address=self.address(),
            documents=self.documents(),
            civil_record=self.civil_record(),
            contacts={ContactKind.OTHER: data["other_phone"]},
            from_revenue=data["from_revenue"],
        )


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
    return facts | home_of(person) | papers_of(person)
