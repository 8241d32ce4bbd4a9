"""Asking for permission. Every service asks exactly once; templates ask the same question for the button.

Each app says in its rules.py, beside the rule, who holds the permission: that is what the page of a refusal tells.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from common import house
from common.actor import Actor
from common.exceptions import NotPermitted, ProofTooOld

# The door of the staff is that of the administrative area.
STAFF_DOOR = "admin:login"
_View = TypeVar("_View", bound=Callable[..., Any])
GIVEN_BY_ADMINISTRATOR = "As contas da equipe são dadas pelo administrador do simulador."


@dataclass(frozen=True)
class Holders:
    """Who holds a permission, in words, from whom one gets it, and the door by which those people enter."""

    who: str
    given_by: str
    door: str


_holders: dict[str, Holders] = {}


def declare_holders(words: Mapping[str, Holders]) -> None:
    """Say who holds each of these permissions. Raises ValueError for one that was told already."""
    if twice := words.keys() & _holders.keys():
        raise ValueError(f"told twice: {', '.join(sorted(twice))}")
    _holders.update(words)


def told_holders() -> Mapping[str, Holders]:
    """Permission → who holds it, of all that the apps have told."""
    return _holders


def holders_of(permission: str) -> Holders | None:
    """Who holds it, in words; None for a permission that no app has declared."""
    return _holders.get(permission)


def require(by: Actor, permission: str, target: Any = None) -> None:
    """Raise NotPermitted unless `by` holds `permission` on `target` (rules live in each app's rules.py).

    The offices are read anew: what was lost since the request began, or while a lock was awaited, counts no more. What
    an app has in STEP_UP asks for a second factor shown lately (ProofTooOld).
    """
    by.read_again()
    require_as_read(by, permission, target)


def require_as_read(by: Actor, permission: str, target: Any = None) -> None:
    """The same of the offices as they were read last, before work that a service asks anew (`require`) at its end."""
    require_held(by, permission, target)
    if not by.proven_lately and permission in house.stepped_up():
        raise ProofTooOld


def require_held(by: Actor, permission: str, target: Any = None) -> None:
    """The same for what decides nothing, and so asks for no second factor."""
    if not by.has_perm(permission, target):
        raise NotPermitted(permission=permission)


def staff_page(view: _View) -> _View:
    """A page of the team: who is signed out is led to the sign-in of the staff, not to that of the entities."""
    view.login_url = STAFF_DOOR  # type: ignore[attr-defined]  # SignInMiddleware reads it from the view
    return view
