"""Makers of the CADSUS and of the SISRede: who works where, operators, and their sessions."""

from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client

from accounts.actors import Proof, actor_of
from accounts.models import ProfessionalLink, User
from cadsus.models import Machine, Operator, OperatorAccess, Posting
from cadsus.session import BACKENDS, SGOP, SISREDE
from common.actor import Actor
from registry.models import Address, Person
from territory.models import Establishment
from tests.clock import now, today
from tests.factories import (
    make_establishment,
    make_municipality,
    make_person,
    make_professional_link,
    make_user,
    person_of,
)

Function = Posting.Function
Profile = OperatorAccess.Profile


def make_worker(
    unit: Establishment | None = None, *functions: str, ended_on: date | None = None, **person: Any
) -> User:
    """A person with an account and a link in force with the unit, in these functions."""
    user = make_user(make_person(**person))
    make_home(person_of(user))
    link = make_professional_link(person_of(user), unit or make_establishment())
    link.ended_on = ended_on
    link.save()
    Posting.objects.bulk_create(Posting(link=link, function=function) for function in functions)
    return user


def make_home(person: Person) -> Address:
    """Where the person lives: whoever becomes an operator needs it."""
    return Address.objects.create(
        person=person, municipality=make_municipality(), district="Centro", street_kind="081", street="A", number="1"
    )


def make_unit_manager(unit: Establishment) -> User:
    return make_worker(unit, Function.MANAGER)


def make_municipal_it(unit: Establishment) -> User:
    """Of the municipality of the unit."""
    return make_worker(unit, Function.MUNICIPAL_IT)


def link_of(user: User) -> ProfessionalLink:
    return ProfessionalLink.objects.get(person__user=user)


def make_operator(user: User) -> Operator:
    person = Person.objects.get(user=user)
    return Operator.objects.get_or_create(person=person, defaults={"registered_at": now(), "terms_version": "1.0"})[0]


def make_access(
    user: User,
    unit: Establishment | None = None,
    *,
    status: str = "pending",
    profile: str = Profile.REGISTRAR,
    at: datetime | None = None,
    by: User | None = None,
) -> OperatorAccess:
    """A request of the worker to the own unit, in a state reached by the machine's own transitions."""
    at, unit = at or now(), unit or link_of(user).establishment
    access = OperatorAccess(operator=make_operator(user), establishment=unit, started_at=at)
    decider = Actor.identified(by or user, at=at)
    if status != "draft":
        access.ask(profile=profile, at=at)
    if status in ("approved", "revoked", "suspended"):
        access.approve(by=decider, at=at)
    match status:
        case "denied":
            access.deny(reason="Não trabalha aqui", by=decider, at=at)
        case "cancelled":
            access.cancel(at=at)
        case "expired":
            access.expire(at=at)
        case "revoked":
            access.revoke(reason="Mudou de função", at=at)
        case "suspended":
            access.suspend(at=at)
    access.save()
    return access


def make_machine(user: User, *, status: str = "pending", name: str = "RECEPÇÃO 1") -> Machine:
    at = now()
    machine = Machine(operator=make_operator(user), establishment=link_of(user).establishment, name=name, asked_at=at)
    if status != "pending":
        machine.approve(by=Actor.identified(user, at=at), at=at)
    machine.save()
    return machine


def end_link_of(user: User, *, days_ago: int = 1) -> None:
    """The last day of the worker's link was so many days ago, and nobody has recorded anything yet."""
    ProfessionalLink.objects.filter(person__user=user).update(ended_on=today() - timedelta(days=days_ago))


def in_sgop(user: User, at: datetime | None = None) -> Actor:
    """Who acts in a session of the SGOP."""
    return actor_of(user, at=at or now(), proof=Proof.OPERATOR)


def in_sisrede(user: User, at: datetime | None = None) -> Actor:
    return actor_of(user, at=at or now(), proof=Proof.UNIT_PASSWORD)


def session(user: User, kind: str = SGOP) -> Client:
    """A browser with the session that the door of the kind opens."""
    client = Client()
    client.force_login(user, backend=BACKENDS[kind])
    opened = client.session
    opened[kind] = True
    opened.save()
    return client


def sisrede_session(user: User) -> Client:
    return session(user, SISREDE)
