"""The load of the election (carga do TSE): who was elected head of the executive takes the place of the former."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from registry import lookup
from registry.models import Person
from siops.models import ElectionLoad, HealthManager
from siops.permissions import Permission
from siops.services import election_file
from siops.services.election_file import ElectedHead
from siops.services.registry import legal_date, same_name
from siops.services.succession import NewHead, change_heads
from territory.models import Entity

MAX_NAME = 120
ALREADY_LOADED = "Este arquivo já foi carregado."
CHANGED = "O resultado da carga mudou desde que foi mostrado. Confira de novo quem perde e quem assume o cargo."
OLDER = (
    "Linha {line}: o chefe atual, {name}, tomou posse em {day:%d/%m/%Y}, depois da posse do arquivo ({own:%d/%m/%Y})."
)
Role = HealthManager.Role


@dataclass(frozen=True)
class HeadChange:
    """One head who loses office by the load, if the entity has one, and who takes it."""

    entity: Entity
    former: HealthManager | None
    elected: NewHead


@dataclass(frozen=True)
class ElectionPreview:
    """What a file would do. `shown_hash` names exactly this, for whoever confirms it."""

    changes: list[HeadChange]
    reelected: int
    ignored: int
    to_confirm: int
    shown_hash: str


@transaction.atomic
def preview_election(*, content: bytes, election_year: int, by: Actor, at: datetime) -> ElectionPreview:
    """Who loses office and who takes it if this file is loaded now; changes nothing. Raises as load_election does."""
    if not by.system:
        permissions.require(by, Permission.LOAD_ELECTION)
    return _plan(content, election_year, at)


@transaction.atomic
def load_election(
    *, content: bytes, filename: str, election_year: int, shown_hash: str, by: Actor, at: datetime
) -> ElectionLoad:
    """Load an election file whole, or refuse it whole; a command of the machine (a routine) needs no permission.

    A re-elected head changes nothing; lines of entities that the simulator does not have are only counted. Raises
    NotPermitted, or RuleBroken (election_file with the lines at fault, already_loaded, changed_since_shown when it
    would do something else than what `shown_hash` of preview_election named).
    """
    if not by.system:
        permissions.require(by, Permission.LOAD_ELECTION)
    plan = _plan(content, election_year, at)
    if plan.shown_hash != shown_hash:
        raise RuleBroken(CHANGED, code="changed_since_shown")

    sha256 = hashlib.sha256(content).hexdigest()
    load: ElectionLoad = ElectionLoad.objects.create(
        sha256=sha256,
        election_year=election_year,
        filename=_clean_name(filename),
        loaded_by_id=by.account_id,
        loaded_at=at,
        elected=len(plan.changes),
        reelected=plan.reelected,
        ignored=plan.ignored,
    )
    audit.record("election.loaded", target=load, by=by, at=at, year=election_year, sha256=sha256)
    if plan.changes:
        heads = [change.elected for change in plan.changes]
        change_heads(heads=heads, load=load, by=by, at=at)
    return load


def _plan(content: bytes, election_year: int, at: datetime) -> ElectionPreview:
    """Read and judge the file with the entities locked."""
    lines = election_file.read(content, election_year=election_year)
    pairs = _with_entities(lines)
    sha256 = hashlib.sha256(content).hexdigest()
    if ElectionLoad.objects.filter(sha256=sha256).exists():
        raise RuleBroken(ALREADY_LOADED, code="already_loaded", field="file")
    _require_acceptable(pairs, election_year, at)
    heads = _new_heads(pairs)
    _require_later(pairs, heads)
    former = _heads_of(head.entity for head in heads)
    changes = [HeadChange(head.entity, former.get(head.entity.pk), head) for head in heads]
    waiting = HealthManager.objects.filter(
        role__in=HealthManager.APPOINTED, status=HealthManager.Status.ACTIVE, entity__in=[c.entity.pk for c in changes]
    )
    doubted = sorted(waiting.values_list("pk", flat=True))
    named = [[c.entity.pk, c.former.pk if c.former else None, c.elected.person.pk] for c in changes]
    digest = hashlib.sha256(json.dumps([sha256, election_year, named, doubted]).encode()).hexdigest()
    return ElectionPreview(changes, len(pairs) - len(heads), len(lines) - len(pairs), len(doubted), digest)


@dataclass(frozen=True)
class _Pair:
    line: ElectedHead
    entity: Entity


def _with_entities(lines: list[ElectedHead]) -> list[_Pair]:
    """The lines whose entity exists here, with the entities locked in one order."""
    codes = [line.ibge for line in lines]
    rows = Entity.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality__uf", "uf")
    known = {
        entity.ibge: entity
        for found in (rows.filter(municipality__in=codes), rows.filter(municipality=None, uf__in=codes))
        for entity in found.order_by("pk")
    }
    return [_Pair(line, known[line.ibge]) for line in lines if line.ibge in known]


def _require_acceptable(pairs: list[_Pair], election_year: int, at: datetime) -> None:
    """The posse took place, and no newer election of that entity was loaded before."""
    today = legal_date(at)
    rows = HealthManager.objects.filter(role=Role.HEAD, entity__in=[pair.entity.pk for pair in pairs])
    newest = dict(rows.values_list("entity").annotate(year=Max("election_load__election_year")))
    problems = []
    for pair in pairs:
        if pair.line.takes_office_on > today:
            problems.append(f"Linha {pair.line.number}: a posse ainda não ocorreu.")
        if (newest.get(pair.entity.pk) or 0) > election_year:
            problems.append(f"Linha {pair.line.number}: o ente já tem eleito de {newest[pair.entity.pk]}.")
    if problems:
        raise election_file.refusal(problems)


def _new_heads(pairs: list[_Pair]) -> list[NewHead]:
    """Those who are not the present head of their entity. Every elected person must be in the CADSUS."""
    found = lookup.find_each(cpfs=[pair.line.cpf for pair in pairs], field="file").select_related("user")
    people = {person.cpf: person for person in found}
    rows = HealthManager.objects.current().filter(role=Role.HEAD, entity__in=[pair.entity.pk for pair in pairs])
    present = set(rows.values_list("entity", "person"))
    heads, problems = [], []
    for pair in pairs:
        person = people.get(pair.line.cpf)
        if person is None:
            problems.append(f"Linha {pair.line.number}: pessoa não encontrada no CADSUS.")
        elif objection := lookup.objection_to(person):
            problems.append(f"Linha {pair.line.number}: {objection.message}")
        elif not same_name(pair.line.name, person.name):
            problems.append(f"Linha {pair.line.number}: o nome não confere com o CADSUS.")
        elif (pair.entity.pk, person.pk) not in present:
            heads.append(_new_head(pair, person))
    if problems:
        raise election_file.refusal(problems)
    return heads


def _require_later(pairs: list[_Pair], heads: list[NewHead]) -> None:
    """A load never puts somebody in the place of a head who took office after that day."""
    present = _heads_of(head.entity for head in heads)
    numbers = {pair.entity.pk: pair.line.number for pair in pairs}
    problems = [
        OLDER.format(line=numbers[head.entity.pk], name=former.person.name, day=former.starts_on, own=head.starts_on)
        for head in heads
        if (former := present.get(head.entity.pk)) and head.starts_on < former.starts_on
    ]
    if problems:
        raise election_file.refusal(problems)


def _heads_of(entities: Iterable[Entity]) -> dict[int, HealthManager]:
    """The present heads, by entity."""
    rows = HealthManager.objects.current().filter(role=Role.HEAD, entity__in=[entity.pk for entity in entities])
    return {row.entity_id: row for row in rows.select_related("person")}


def _new_head(pair: _Pair, person: Person) -> NewHead:
    line = pair.line
    return NewHead(pair.entity, person, line.email, line.phone, line.position, line.takes_office_on)


def _clean_name(filename: str) -> str:
    """Only the last part of the name, without characters that no name has."""
    last = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable())[:MAX_NAME] or "eleicao.csv"
