"""Refusals: what a service raises when the answer is no. Their text is for the person, in Portuguese."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Refusal(Exception):
    """A use case said no and left no trace.

    `code` is stable and for machines, `message` is shown to the person, `field` names the form field at fault, if any.
    `explanation` says the cause in plain words, for learners, where the message is the real system's.
    """

    explanation = ""

    def __init__(self, message: str, *, code: str = "refused", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field


class RuleBroken(Refusal):
    """The data given break a rule of the procedure."""

    @property
    def broken(self) -> Sequence[RuleBroken]:
        """Each rule at fault."""
        return (self,)


class RulesBroken(RuleBroken):
    """Several rules at once. It speaks as the first of them to who asks for one."""

    def __init__(self, broken: Sequence[RuleBroken]) -> None:
        first = broken[0]
        super().__init__(first.message, code=first.code, field=first.field)
        self._broken = tuple(broken)

    @property
    def broken(self) -> Sequence[RuleBroken]:
        return self._broken


class AllAtOnce:
    """Asks every rule before it refuses, so that a person mends everything in one go.

    `ask` each check in turn, then `settle`: from there on nothing is broken.
    """

    def __init__(self) -> None:
        self._broken: list[RuleBroken] = []

    def ask(self, check: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | None:
        """What the check answers; None when it refuses, which is kept for `settle`."""
        try:
            return check(*args, **kwargs)
        except RuleBroken as refusal:
            self._broken += refusal.broken
            return None

    def require(self, holds: bool, refusal: RuleBroken) -> None:
        """Keep the refusal unless the rule holds."""
        if not holds:
            self._broken.append(refusal)

    def settle(self) -> None:
        """Raise what was refused: one rule as itself, several together."""
        if len(self._broken) == 1:
            raise self._broken[0]
        if self._broken:
            raise RulesBroken(self._broken)

    def settled(self, answer: _T | None) -> _T:
        """The same, and the answer of a check that was asked."""
        self.settle()
        if answer is None:
            raise TypeError("a check that refused nothing has an answer")
        return answer


class NotAllowedNow(Refusal):
    """The action does not exist in the present state (HTTP 409)."""

    def __init__(self, state: str, *, code: str = "wrong_status") -> None:
        super().__init__(f"Operação não permitida na situação atual ({state}).", code=code)


class Busy(Refusal):
    """Costly work of this kind is already under way (HTTP 429); come back after `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, code="busy")
        self.retry_after = retry_after


class NotPermitted(Refusal):
    """This person may not do this here (HTTP 403). The page tells who holds `permission`, and where they enter."""

    def __init__(
        self, message: str = "Você não tem permissão para realizar esta ação.", *, permission: str = ""
    ) -> None:
        super().__init__(message, code="not_permitted")
        self.permission = permission


class ProofTooOld(NotPermitted):
    """Who acts may do it, and must first show again who they are: the second factor of the session is too old."""

    def __init__(self) -> None:
        super().__init__("Confirme de novo o segundo fator e repita a ação.")
