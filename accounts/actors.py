"""Who acts in a session or a command: the proof that opened it, and the offices that this proof reaches.

Each app registers what gives offices (`provides`), with the proofs that reach them. What no provider gives for a proof
does not exist in such a session: a certificate opens no profile, and a profile no office that needs a certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from accounts.models import User
from common.actor import Actor, Bond, Office


class Proof(StrEnum):
    """How somebody proved to be who they are (prova de identidade)."""

    PASSWORD = "password"  # noqa: S105 -- the name of a proof
    # Of the team, whose second factor is still to come: no office exists for it.
    HALF = "half"
    GOVBR = "govbr"
    ACCESS_LINK = "access_link"
    CERTIFICATE = "certificate"
    TECHNICIAN_PASSWORD = "technician_password"  # noqa: S105 -- the name of a proof
    # The link sent to the e-mail that a secretary has named for a member of the Conselho de Saúde.
    COUNCIL_LINK = "council_link"
    # The simulated gov.br at the door of operators, and the password of a health unit's own system.
    OPERATOR = "operator"
    UNIT_PASSWORD = "unit_password"  # noqa: S105 -- the name of a proof
    COMMAND_LINE = "command_line"
    # A desk that answers by itself (accounts.automatic).
    AUTOMATIC = "automatic"


@dataclass(frozen=True)
class Asked:
    """For whom offices are looked up, and at which instant."""

    user: User
    at: datetime
    bond: Bond | None
    # What a provider has read already, by its key, for when it is asked anew: names, never whether an office is held.
    known: dict[int, Office] = field(default_factory=dict, compare=False, repr=False)


Provider = Callable[[Asked], Iterable[Office]]
_providers: list[tuple[frozenset[Proof], Provider]] = []


def provides(*proofs: Proof) -> Callable[[Provider], Provider]:
    """Register what gives offices to sessions opened by one of the proofs; it reads only active accounts."""

    def register(provider: Provider) -> Provider:
        _providers.append((frozenset(proofs), provider))
        return provider

    return register


def actor_of(
    user: User,
    *,
    at: datetime,
    proof: Proof,
    bond: Bond | None = None,
    certificate: str = "",
    proven_lately: bool = True,
) -> Actor:
    """The account as an actor, with whatever offices the proof reaches."""
    asked = Asked(user, at, bond)
    return Actor(
        at=at,
        account=user,
        proof=proof,
        bond=bond,
        certificate=certificate,
        proven_lately=proven_lately,
        mailbox=_mailbox(asked, proof),
        read_offices=lambda: _offices(asked, proof),
    )


def _mailbox(asked: Asked, proof: Proof) -> str | None:
    """The only mailbox that the session reads; None for who reads all that were written to the person."""
    if proof is Proof.TECHNICIAN_PASSWORD:
        return asked.user.mailbox
    return (asked.bond and asked.bond.mailbox) or "" if proof is Proof.COUNCIL_LINK else None


def on_behalf_of(user: User, *, at: datetime) -> Actor:
    """Whoever runs the machine acts in the name of an account, in its own offices."""
    return actor_of(user, at=at, proof=Proof.COMMAND_LINE)


def _offices(asked: Asked, proof: Proof) -> Iterator[Office]:
    for proofs, provider in _providers:
        if proof in proofs:
            yield from provider(asked)
