"""What a system that shows a token may ask of the registry: people by number, in one query, or by personal data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat, JSONObject

from cadsus.permissions import Permission
from common import permissions, prepared
from common.actor import Actor
from common.exceptions import RuleBroken
from registry import lookup, search
from registry.models import Address, Cns, Contact, Document, Person, PersonQuerySet
from registry.models.tables import AddressKind, DocumentKind
from territory.models import Municipality

# The kinds of number that find a person.
CPF, CNS, NIS = "cpf", "cns", "nis"
# With the kind written in it, so that the index of the NIS alone serves a statement that is planned once.
_BY_NIS = f"SELECT person_id FROM registry_document WHERE kind = '{DocumentKind.NIS}' AND number = %s"  # noqa: S608 -- no value
# More numbers of one person than anybody asks for at once.
MOST_NUMBERS = 10
REFINE_FROM = 100
REFINE = f"Mais de {REFINE_FROM} cadastros encontrados. Refine a pesquisa."
TOO_MANY_NUMBERS = f"Informe no máximo {MOST_NUMBERS} identificadores."


@dataclass(frozen=True, slots=True)
class Found:
    """A record as the wire tells it, and how much it is like what was asked, from 0 to 100."""

    person_id: int
    cpf: str | None
    name: str
    social_name: str
    mother: str
    father: str
    birth_date: date
    sex: str
    race: str
    ethnicity: str
    birth_country: str
    birth_city: str | None
    email: str
    phone: str
    is_active: bool
    deceased_on: date | None
    is_protected: bool
    is_vip: bool
    # Kind and number, run together: the principal first, then the other definitive ones.
    numbers: Sequence[str]
    home: dict[str, Any] | None
    contacts: Sequence[str]
    documents: Sequence[dict[str, Any]]
    score: int = 100


def by_numbers(numbers: Sequence[tuple[str, str]], *, by: Actor) -> list[Found]:
    """Who has all of these numbers, each (CPF, CNS or NIS, digits): one record or none.

    Raises NotPermitted, and RuleBroken cadsus_down.
    """
    require_open(by)
    if len(numbers) > MOST_NUMBERS:
        raise RuleBroken(TOO_MANY_NUMBERS, code="too_many_numbers")
    sql, parameters = _query(tuple(kind for kind, _ in numbers))
    values = {_mark(place): number for place, (_, number) in enumerate(numbers)}
    return [_found(row) for row in prepared.rows(sql, [values.get(each, each) for each in parameters])]


def nobody(*, by: Actor) -> list[Found]:
    """The answer to a question that no record can answer, for whoever may ask. Raises as `by_numbers`."""
    require_open(by)
    return []


def by_personal_data(
    criteria: search.Criteria, *, kind: str = search.SearchKind.APPROXIMATE, by: Actor
) -> list[tuple[int, int]]:
    """(record, score) of whoever is like that, the likeliest first.

    Raises NotPermitted, and RuleBroken M06, M07, M08, too_many or cadsus_down.
    """
    require_open(by)
    if criteria.birth_city:
        # On the wire a municipality has six digits, without the last one, which checks the others.
        city = Municipality.objects.filter(pk__startswith=criteria.birth_city).order_by("pk").first()
        criteria = replace(criteria, birth_city=city.pk if city else criteria.birth_city)
    found = search.scores(criteria, kind)
    if len(found) > REFINE_FROM:
        raise RuleBroken(REFINE, code="too_many")
    return [(pk, round(score)) for pk, score in found]


def told(scores: Sequence[tuple[int, int]]) -> list[Found]:
    """These records whole, in this order; one that was absorbed in the meantime is left out."""
    rows = {row[0]: row for row in _rows().filter(pk__in=[pk for pk, _ in scores]).values_list(*_FIELDS)}
    return [replace(_found(rows[pk]), score=score) for pk, score in scores if pk in rows]


def municipalities(records: Sequence[Found]) -> dict[str, Municipality]:
    """Every municipality that the records name, in one query."""
    named = {pk for each in records for pk in (each.birth_city, (each.home or {}).get("city")) if pk}
    return Municipality.objects.select_related("uf").in_bulk(named) if named else {}


def require_open(by: Actor) -> None:
    """Whoever may ask, and a base that answers. Raises NotPermitted, and RuleBroken cadsus_down."""
    permissions.require(by, Permission.QUERY_BY_WIRE)
    lookup.require_available()


@lru_cache(maxsize=32)
def _query(kinds: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The look-up by numbers of these kinds, written by the ORM once: composing it costs more than running it."""
    people = _rows()
    for place, kind in enumerate(kinds):
        people = people.filter(_has(kind, _mark(place)))
    statement: tuple[str, tuple[Any, ...]] = people.values_list(*_FIELDS)[:1].query.sql_with_params()
    return statement


def _has(kind: str, number: str) -> Q:
    if kind == NIS:
        return Q(pk__in=RawSQL(_BY_NIS, [number]))  # noqa: S611 -- a constant
    return Q(cpf=number) if kind == CPF else Q(cns_numbers=number)


def _mark(place: int) -> str:
    """What stands for a number in the statement."""
    return f"#{place}"


_FIELDS = (
    "pk",
    "cpf",
    "name",
    "social_name",
    "mother",
    "father",
    "birth_date",
    "sex",
    "race",
    "ethnicity",
    "birth_country",
    "birth_city_id",
    "email",
    "phone",
    "is_active",
    "deceased_on",
    "is_protected",
    "is_vip",
    "told_numbers",
    "told_home",
    "told_contacts",
    "told_documents",
)


_NAMES = [field.name for field in fields(Found)][: len(_FIELDS)]


def _rows() -> PersonQuerySet:
    """Everybody who was not absorbed, each with all that hangs on it."""
    own = {"person": OuterRef("pk")}
    numbers = Cns.objects.filter(**own, is_active=True).order_by("-is_principal", "kind", "number")
    homes = Address.objects.filter(**own, kind=AddressKind.HOME)
    contacts, documents = (model.objects.filter(**own).order_by("pk") for model in (Contact, Document))
    people: PersonQuerySet = (
        Person.objects.filter(is_standing=True)
        .order_by()
        .annotate(
            told_numbers=ArraySubquery(numbers.values(told=Concat("kind", "number", output_field=CharField()))),
            told_home=Subquery(homes.values(told=_as_json(_ADDRESS))[:1]),
            told_contacts=ArraySubquery(contacts.values(told=Concat("kind", "value", output_field=CharField()))),
            told_documents=ArraySubquery(documents.values(told=_as_json(_DOCUMENT))),
        )
    )
    return people


_ADDRESS = {
    name: name
    for name in ("country", "foreign_city", "postal_code", "district", "street_kind", "street", "number", "complement")
} | {"city": "municipality_id", "state": "municipality__uf__acronym"}
_DOCUMENT = {
    name: name for name in ("kind", "number", "series", "zone", "section", "issuer", "issued_on", "expires_on")
} | {"uf": "uf__acronym"}


def _as_json(names: dict[str, str]) -> JSONObject:
    return JSONObject(**names)


def _found(row: Sequence[Any]) -> Found:
    *_, home, _, documents = row
    told = {"home": _read(home), "documents": [_read(document) for document in documents]}
    return Found(**dict(zip(_NAMES, row, strict=True)) | told)


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
