"""A portal full of versions that wait for their gestor, and the sessions of those who may homologate them (e1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from accounts.actors import Proof, actor_of
from accounts.models import User
from accounts.session import BOND
from common import clock
from common.actor import Bond
from common.sessions import SessionStore
from declarations.engine import catalogue
from declarations.engine.beginnings import consistent
from declarations.models import Cell, Declaration, Receipt, ReportingPeriod
from declarations.services.calendar import keep_calendar
from declarations.services.contents import cells_of, identity_of
from declarations.services.grid import judged
from declarations.services.knowledge import origins_of
from declarations.services.receipts import figures_of, record_receipt
from documents.models import Process
from documents.numbers import process_number
from pki import services as pki
from registry.models import Person
from registry.numbers import complete_cpf
from siops.models import HealthManager, Technician
from siops.models.scoped import TECHNICIAN
from territory.models import Entity, Municipality, Uf

BATCH = 200


@dataclass(frozen=True)
class Act:
    """A version that waits, its session, and the medium that signs it."""

    pk: int
    sha256: str
    session: str
    medium: int


def fill(*, places: int, secretaries: int, pin: str) -> list[Act]:
    """So many entities, each with one version of the 4º bimestre of last year; the secretaries share them out."""
    now = clock.now()
    keep_calendar(at=now)
    pki.ensure_authorities(at=now)
    period = ReportingPeriod.objects.get(year=now.year - 1, bimester=4)
    sender, *managers = _accounts(secretaries + 1)
    entities = _entities(places)
    held = {each.pk: managers[number % secretaries] for number, each in enumerate(entities)}
    media = {each.pk: _medium(each, pin, now) for each in managers}
    _register(entities, held, sender, now)
    waiting = _versions(entities, period, sender, now)
    return [Act(each.pk, each.content_hash, *_session(held[each.entity_id], each, media)) for each in waiting]


def _accounts(many: int) -> list[User]:
    people = Person.objects.enrol(
        Person(
            cpf=complete_cpf(f"{number:09d}"),
            name=f"Pessoa de Ensaio {number}",
            birth_date=date(1980, 1, 1),
            email=f"pessoa{number}@ensaio.example",
        )
        for number in range(1, many + 1)
    )
    return [
        User.objects.create_user(each.cpf_text, kind=User.Kind.PERSON, name=each.name, email=each.email, person=each)
        for each in people
    ]


def _medium(user: User, pin: str, now: datetime) -> int:
    person = user.person
    assert person is not None
    holder = pki.PersonHolder(name=person.name, cpf=person.cpf_text, birth_date=person.birth_date)
    made = pki.issue_on_medium(holder=holder, authority_slug="icp", kind="A1", pin=pin, puk="13572468", at=now)
    return int(made.pk)


def _entities(places: int) -> list[Entity]:
    uf = Uf.objects.create(ibge="31", acronym="MG", name="Minas Gerais", time_zone="America/Sao_Paulo")
    made = Municipality.objects.bulk_create(
        Municipality(
            ibge=f"31{number:05d}",
            name=f"Município {number:04d}",
            search_name=f"MUNICIPIO {number:04d}",
            uf=uf,
            time_zone=uf.time_zone,
        )
        for number in range(1, places + 1)
    )
    kind = Entity.Kind.MUNICIPALITY
    return Entity.objects.bulk_create(Entity(kind=kind, uf=uf, municipality=each) for each in made)


def _register(entities: Sequence[Entity], held: dict[int, User], sender: User, now: datetime) -> None:
    since = now.date() - timedelta(days=30)
    common: dict[str, Any] = {"phone": "1132145678", "registered_at": now}
    managers = HealthManager.objects.bulk_create(
        HealthManager(
            role=HealthManager.Role.SECRETARY,
            entity=each,
            person=held[each.pk].person,
            email=f"gestor{each.pk}@saude.ensaio.example",
            position="Secretário de Saúde",
            starts_on=since,
            **common,
        )
        for each in entities
    )
    Technician.objects.bulk_create(
        Technician(
            entity=each,
            person=sender.person,
            secretary=manager,
            status=Technician.Status.ACTIVE,
            first_access_at=now,
            email=f"tecnico{each.pk}@saude.ensaio.example",
            bond=Technician.Bond.EMPLOYEE,
            registered_by_id=held[each.pk].pk,
            **common,
        )
        for each, manager in zip(entities, managers, strict=True)
    )


def _versions(entities: Sequence[Entity], period: ReportingPeriod, sender: User, now: datetime) -> list[Declaration]:
    """Each with its rows and the receipt of its transmission; judged once, for all say the same."""
    sent_at = now - timedelta(hours=1)
    found = Declaration.objects.bulk_create(
        Declaration(
            entity=each,
            period=period,
            status=Declaration.Status.TRANSMITTED,
            opened_by=sender,
            opened_at=sent_at,
            content_hash="0" * 64,
            rules=catalogue.VERSION,
            verified_at=sent_at,
            packed_at=sent_at,
            transmitted_by=sender,
            transmitted_at=sent_at,
        )
        for each in entities
    )
    tables = consistent(period.period)
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        Cell.objects.bulk_create(cell for each in batch for cell in cells_of(each, tables, by_id=sender.pk, at=sent_at))
    report = judged(found[0], now)
    assert report.case is not None
    figures = figures_of(report, rules=catalogue.VERSION)
    for each in found:
        content = replace(report.case.declaration, identity=identity_of(each))
        each.content_hash = content.content_hash
        record_receipt(
            declaration=each,
            kind=Receipt.Kind.TRANSMISSION,
            figures=replace(figures, content_hash=each.content_hash),
            author=actor_of(sender, at=sent_at, proof=Proof.TECHNICIAN_PASSWORD, bond=Bond(each.entity_id, TECHNICIAN)),
            at=sent_at,
            origins=origins_of(each).digest,
        )
    Declaration.objects.bulk_update(found, ["content_hash"], batch_size=BATCH)
    _open_processes(found, now)
    return found


def _open_processes(found: Sequence[Declaration], now: datetime) -> None:
    """Each version has one since its transmission, whose receipt is its first paper."""
    target_type = Declaration._meta.label_lower
    Process.objects.bulk_create(
        Process(
            year=now.year,
            serial=serial,
            number=process_number(serial, now.year),
            subject=f"SIOPS, {each.entity}, {each.period}, versão {each.version}",
            target_type=target_type,
            target_id=str(each.pk),
            opened_at=now,
        )
        for serial, each in enumerate(found, 1)
    )


def _session(user: User, declaration: Declaration, media: dict[int, int]) -> tuple[str, int]:
    """As the door of the SIOPS opens it, bound to the entity of the version."""
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "accounts.backends.CertificateBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session[BOND] = {
        "entity": declaration.entity_id,
        "role": HealthManager.Role.SECRETARY.value,
        "proof": "certificate",
    }
    session.create()
    return str(session.session_key), media[user.pk]
