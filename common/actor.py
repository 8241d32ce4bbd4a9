"""Who acts: one type for every session, machine, command and routine. Plain data; `accounts` finds out the offices."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol, TypeVar, runtime_checkable

import rules
from django.db.models import Model, QuerySet

from common.requests import HttpRequest

_Rows = TypeVar("_Rows", bound="QuerySet[Any]")


@runtime_checkable
class OfEntity(Protocol):
    """What belongs to one entity (ente): a target that says which, the entity itself included."""

    @property
    def entity_id(self) -> Any: ...


class Account(Protocol):
    """The account behind an actor (conta)."""

    @property
    def pk(self) -> Any: ...
    @property
    def login(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Office:
    """A capacity in which somebody may act (função): a profile, a fund, a gestor, a place in the ministry's team.

    `reads` are the apps whose rows the office sees: those of its entity, or of every entity when it has none.
    `unit_id` is the house inside the office's kind, where there are several: the certifier of an attendant.
    """

    kind: str
    role: str
    entity_id: int | None = None
    programme: str = ""
    unit_id: int | None = None
    by_substitution: bool = False
    reads: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Bond:
    """The one entity and role that a session is bound to, chosen at its door."""

    entity_id: int
    role: str
    # The only mailbox that this door proves, where it proves one.
    mailbox: str | None = None


def _no_offices() -> Iterable[Office]:
    return ()


@dataclass(frozen=True, eq=False)
class Actor:
    """Who acts at one instant, how the person proved to be who they are, and in which offices.

    The offices are read once and serve menus and buttons; a service asks anew (`permissions.require`). `system` names
    the routine that acts when nobody does. `mailbox` is the only mailbox that the session proves, where it proves one.
    `certificate` is the SHA-256 of the certificate that opened it.
    `proven_lately` is False for who has to show the second factor again before what asks it anew.
    """

    at: datetime
    account: Account | None = None
    proof: str = ""
    bond: Bond | None = None
    mailbox: str | None = None
    certificate: str = ""
    proven_lately: bool = True
    system: str = ""
    read_offices: Callable[[], Iterable[Office]] = field(default=_no_offices, repr=False)

    @classmethod
    def routine(cls, name: str, at: datetime) -> Actor:
        """A routine of the system (rotina): it holds no office, and so no permission."""
        return cls(at=at, system=name)

    @classmethod
    def identified(cls, account: Account, *, at: datetime, proof: str = "") -> Actor:
        """Somebody of whom only the identity matters, as in signing in: without any office."""
        return cls(at=at, account=account, proof=proof)

    @property
    def account_id(self) -> int | None:
        return self.account.pk if self.account is not None else None

    @property
    def author_id(self) -> int:
        """The same, for a row that must say whose it is; raises TypeError for who has no account."""
        if self.account is None:
            raise TypeError("only an account is an author")
        return int(self.account.pk)

    @property
    def name(self) -> str:
        return self.account.name if self.account is not None else self.system

    @cached_property
    def offices(self) -> frozenset[Office]:
        """As last read."""
        return frozenset(self.read_offices())

    @property
    def office(self) -> Office | None:
        """The office of a session bound to one; None for all others, and once it was lost."""
        return next(iter(self.offices), None) if self.bond is not None else None

    @property
    def by_substitution(self) -> bool:
        """Whether what is done is shown "por substituição"."""
        return any(office.by_substitution for office in self.offices)

    def read_again(self) -> None:
        """Forget the offices: the next question is answered by the database as it is then."""
        vars(self).pop("offices", None)

    def has_perm(self, permission: str, target: Any = None) -> bool:
        """The rules of the app, asked of the offices as last read; who has none holds nothing."""
        return bool(self.offices) and bool(rules.has_perm(permission, self, target))

    def holds(
        self,
        kind: str,
        *roles: str,
        entity_id: int | None = None,
        programme: str | None = None,
        unit_id: int | None = None,
    ) -> bool:
        """Whether an office of the kind, in one of the roles (in any, without), is held: where and of what is asked."""
        return any(
            office.kind == kind
            and (not roles or office.role in roles)
            and entity_id in (None, office.entity_id)
            and programme in (None, office.programme)
            and unit_id in (None, office.unit_id)
            for office in self.offices
        )

    def units(self, kind: str) -> frozenset[int]:
        """The houses whose offices of the kind the actor holds."""
        return frozenset(o.unit_id for o in self.offices if o.kind == kind and o.unit_id is not None)

    def entities_in(self, app: str) -> frozenset[int] | None:
        """The entities whose rows of an app the actor sees; None means all of them."""
        seen = [office.entity_id for office in self.offices if app in office.reads]
        return None if None in seen else frozenset(pk for pk in seen if pk is not None)

    def seen(self, rows: _Rows, app: str) -> _Rows:
        """Of `rows`, which have an `entity`, those that exist for the actor."""
        entities = self.entities_in(app)
        return rows if entities is None else rows.filter(entity__in=entities)

    def offices_for(self, target: Model) -> list[Office]:
        """The offices that reach the target: those of its entity and those of none; all, when it has none."""
        entity_id = entity_id_of(target)
        found = [office for office in self.offices if entity_id is None or office.entity_id in (None, entity_id)]
        return sorted(found, key=lambda office: (office.kind, office.role))


def entity_id_of(target: object) -> int | None:
    """The entity a target belongs to; None when it belongs to none."""
    return target.entity_id if isinstance(target, OfEntity) else None


class ActorRequest(HttpRequest):
    """A request with who makes it; accounts.middleware.ActorMiddleware puts it there, unread until it is used."""

    actor: Actor
