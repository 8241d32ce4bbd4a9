"""The guia Documentos of a record: which fields each document has, and what it cannot do without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms

from cadsus.forms.fields import DigitsField
from common.forms.fields import DateField, ModelChoiceField, NameField
from registry.models import Document, Person
from registry.models.tables import CivilRecordKind, DocumentKind
from territory.models import Uf

EMPTY = [("", "Selecione")]
MISSING = "falta {what}"
NO_NUMBER = "Informe o número do documento, ou apague o resto dele."
CIVIL_PARTS = "Informe a matrícula, de 32 dígitos, ou cartório, livro, folha e termo."
NO_CIVIL_KIND = "Informe o tipo da certidão."
# What each document cannot do without, besides its number.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    DocumentKind.RG: ("issued_on", "issuer", "uf"),
    DocumentKind.CNH: ("issued_on", "uf"),
    DocumentKind.CTPS: ("issued_on", "series"),
    DocumentKind.VOTER_CARD: ("section",),
    DocumentKind.PASSPORT: ("issued_on", "expires_on", "country"),
}
# The field of each column of each document, the number first.
PAPERS: Mapping[str, Mapping[str, str]] = {
    DocumentKind.RG: {
        "number": "rg_number", "issuer": "rg_issuer", "uf": "rg_uf", "issued_on": "rg_issued_on"
    },
    DocumentKind.CNH: {"number": "cnh_number", "uf": "cnh_uf", "issued_on": "cnh_issued_on"},
    DocumentKind.VOTER_CARD: {"number": "voter_number", "zone": "voter_zone", "section": "voter_section"},
    DocumentKind.CTPS: {
        "number": "ctps_number", "series": "ctps_series", "uf": "ctps_uf", "issued_on": "ctps_issued_on"
    },
    DocumentKind.PASSPORT: {
        "number": "passport_number",
        "country": "passport_country",
        "issued_on": "passport_issued_on",
        "expires_on": "passport_expires_on",
    },
    DocumentKind.NIS: {"number": "nis"},
    DocumentKind.DNV: {"number": "dnv"},
}  # fmt: skip
NUMBERED = tuple(name for fields in PAPERS.values() for name in fields.values())
NEW_MODEL, OLD_MODEL = ("registration",), ("notary", "book", "sheet", "entry")
_OF_A_UF = ("rg_uf", "cnh_uf", "ctps_uf")


def _uf_field(of: str) -> ModelChoiceField:
    return ModelChoiceField(label=f"UF {of}", required=False, queryset=Uf.objects.none(), empty_label="Selecione")


class PapersForm(forms.Form):
    """Documents and the certidão; each is filled as far as it cannot do without, or not at all."""

    rg_number = NameField(label="RG", required=False, max_length=20)
    rg_issuer = NameField(label="Órgão emissor", required=False, max_length=20)
    rg_uf = _uf_field("do RG")
    rg_issued_on = DateField(label="Emissão do RG", required=False)
    cnh_number = DigitsField(
        label="Carteira de habilitação (CNH)", required=False, pattern=r"[0-9]{11}", length="11 dígitos"
    )
    cnh_uf = _uf_field("da CNH")
    cnh_issued_on = DateField(label="Emissão da CNH", required=False)
    voter_number = DigitsField(label="Título de eleitor", required=False, pattern=r"[0-9]{12}", length="12 dígitos")
    voter_zone = DigitsField(label="Zona", required=False, pattern=r"[0-9]{1,4}", length="até 4 dígitos")
    voter_section = DigitsField(label="Seção", required=False, pattern=r"[0-9]{1,4}", length="até 4 dígitos")
    ctps_number = DigitsField(
        label="Carteira de trabalho (CTPS)", required=False, pattern=r"[0-9]{1,11}", length="até 11 dígitos"
    )
    ctps_series = DigitsField(label="Série da CTPS", required=False, pattern=r"[0-9]{1,5}", length="até 5 dígitos")
    ctps_uf = _uf_field("da CTPS")
    ctps_issued_on = DateField(label="Emissão da CTPS", required=False)
    passport_number = NameField(label="Passaporte", required=False, max_length=20)
    passport_country = DigitsField(
        label="País emissor",
        required=False,
        pattern=r"[0-9]{3}",
        length="3 dígitos",
        help_text="Código; o Brasil é 010.",
    )
    passport_issued_on = DateField(label="Emissão do passaporte", required=False)
    passport_expires_on = DateField(label="Validade do passaporte", required=False)
    nis = DigitsField(label="NIS/PIS/PASEP", required=False, pattern=r"[0-9]{11}", length="11 dígitos")
    dnv = DigitsField(
        label="Declaração de nascido vivo (DNV)", required=False, pattern=r"[0-9]{1,15}", length="até 15 dígitos"
    )
    civil_kind = forms.ChoiceField(label="Certidão", required=False, choices=EMPTY + CivilRecordKind.choices)
    registration = DigitsField(
        label="Matrícula", required=False, pattern=r"[0-9]{32}", length="32 dígitos", help_text="Modelo de 2011."
    )
    notary = NameField(label="Cartório", required=False, max_length=120, help_text="Modelo antigo.")
    book = NameField(label="Livro", required=False, max_length=8)
    sheet = NameField(label="Folha", required=False, max_length=4)
    entry = NameField(label="Termo", required=False, max_length=8)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _OF_A_UF:
            cast("ModelChoiceField", self.fields[name]).queryset = Uf.objects.order_by("acronym")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for kind, fields in PAPERS.items():
            self._judge_paper(kind, fields, data)
        self._judge_civil_record(data)
        return data

    def _judge_paper(self, kind: str, fields: Mapping[str, str], data: dict[str, Any]) -> None:
        """With its number all that it cannot do without; without it, nothing."""
        number = fields["number"]
        if number in self.errors:
            return
        if not data.get(number):
            if any(data.get(name) for name in fields.values()):
                self.add_error(number, NO_NUMBER)
            return
        for column in REQUIRED.get(kind, ()):
            if fields[column] not in self.errors and not data.get(fields[column]):
                what = MISSING.format(what=label_of(column))
                self.add_error(fields[column], f"{DocumentKind(kind).label}: {what}.")

    def _judge_civil_record(self, data: dict[str, Any]) -> None:
        old = [bool(data.get(name)) for name in OLD_MODEL]
        is_new = bool(data.get("registration"))
        if not data.get("civil_kind"):
            if (is_new or any(old)) and "civil_kind" not in self.errors:
                self.add_error("civil_kind", NO_CIVIL_KIND)
        elif "registration" not in self.errors and (any(old) if is_new else not all(old)):
            self.add_error("registration", CIVIL_PARTS)

    def documents(self) -> dict[str, dict[str, Any] | None]:
        """The columns of each document; None of one that is not filled."""
        return {
            kind: {column: self.cleaned_data[name] for column, name in fields.items()}
            if self.cleaned_data[fields["number"]]
            else None
            for kind, fields in PAPERS.items()
        }

    def civil_record(self) -> dict[str, Any] | None:
        kind = self.cleaned_data["civil_kind"]
        return {"kind": kind} | {name: self.cleaned_data[name] for name in (*NEW_MODEL, *OLD_MODEL)} if kind else None


def label_of(column: str) -> str:
    """What a column of a document is called."""
    return str(Document._meta.get_field(column).verbose_name)  # type: ignore[union-attr]  # a column


def papers_of(person: Person) -> dict[str, Any]:
    """What the guia says of a person; the UF by its key."""
    rows = {row.kind: row for row in person.documents.order_by("-pk")}
    facts: dict[str, Any] = {
        name: getattr(rows[kind], "uf_id" if column == "uf" else column)
        for kind, fields in PAPERS.items()
        if kind in rows
        for column, name in fields.items()
    }
    if civil := person.civil_records.order_by("pk").first():
        facts |= {name: getattr(civil, name) for name in (*NEW_MODEL, *OLD_MODEL)} | {"civil_kind": civil.kind}
    return facts
