"""A photograph of records (fotografia): every row of a person, as the database has it, in plain JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, GeneratedField, Model

from common import documents
from registry.models import Address, CivilRecord, Cns, Contact, Document, Person

# The column by which each table says whose row it is.
TABLES: dict[str, tuple[type[Model], str]] = {
    "person": (Person, "id"),
    "cns": (Cns, "person_id"),
    "document": (Document, "person_id"),
    "civil_record": (CivilRecord, "person_id"),
    "address": (Address, "person_id"),
    "contact": (Contact, "person_id"),
}
# What a record says of itself besides its data: a change of these alone is no change of the record.
BOOKKEEPING = {"version", "quality", "phonetic", "mother_phonetic"}

Row = dict[str, Any]
Photograph = dict[str, list[Row]]


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was: which, before and after, in words; an empty side was or is not there."""

    what: str
    before: str
    after: str


def take(people: Iterable[int]) -> dict[int, Photograph]:
    """The photograph of each of these people, in one query for each table."""
    photographs: dict[int, Photograph] = {pk: {name: [] for name in TABLES} for pk in people}
    for name, (model, owner) in TABLES.items():
        columns = [field.attname for field in _columns(model)]
        rows = model._default_manager.filter(**{f"{owner}__in": list(photographs)}).order_by("pk")
        for row in rows.values(*columns):
            photographs[row[owner]][name].append(row)
    plain: dict[str, Photograph] = json.loads(json.dumps(photographs, cls=DjangoJSONEncoder))
    return {int(pk): photograph for pk, photograph in plain.items()}


def digest(photographs: dict[int, Photograph]) -> str:
    """A name for exactly these photographs."""
    return hashlib.sha256(json.dumps(photographs, sort_keys=True).encode()).hexdigest()


def values(model: type[Model], row: Row) -> Row:
    """A row of a photograph as the columns take it."""
    return {field.attname: field.to_python(row[field.attname]) for field in _columns(model)}


def changes(before: Photograph, after: Photograph) -> list[Change]:
    """What is not as it was, field by field."""
    return [change for name in TABLES for change in _changes_of(name, before[name], after[name])]


def _changes_of(name: str, before: list[Row], after: list[Row]) -> Iterator[Change]:
    """A row that came or went is one change; of one that stayed, each column."""
    model, owner = TABLES[name]
    said = [field for field in _columns(model) if field.attname not in BOOKKEEPING | {owner, "id"}]
    key = model._meta.pk.attname if model._meta.pk else "id"
    was, is_now = ({row[key]: row for row in rows} for rows in (before, after))
    for pk in {**was, **is_now}:
        old, new = was.get(pk), is_now.get(pk)
        if old is None or new is None:
            yield Change(str(model._meta.verbose_name), _summed_up(said, old), _summed_up(said, new))
            continue
        titles = {"person": "", "cns": f"CNS {documents.format_cns(str(pk))}: "}
        table = titles.get(name, f"{model._meta.verbose_name}: ")
        for field in said:
            sides = _said(field, old), _said(field, new)
            if sides[0] != sides[1]:
                yield Change(f"{table}{field.verbose_name}", *sides)


def _summed_up(fields: list[Field[Any, Any]], row: Row | None) -> str:
    """A whole row in words; nothing where there is none."""
    told = [_said(field, row) for field in fields if not isinstance(row[field.attname], bool)] if row else []
    return ", ".join(filter(None, told))


def _said(field: Field[Any, Any], row: Row) -> str:
    """A column in words."""
    value = row[field.attname]
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "sim" if value else "não"
    if field.attname == "cpf":
        return documents.mask_cpf(value)
    if field.model is Cns and field.primary_key:
        return documents.format_cns(value)
    labels: dict[Any, Any] = dict(field.flatchoices)
    parsed = field.to_python(value)
    return str(labels.get(value, f"{parsed:%d/%m/%Y}" if hasattr(parsed, "strftime") else value))


def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField)]
