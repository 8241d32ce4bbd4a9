"""Doors that anybody may knock at: counted by what is attacked, and only loosely by the address it comes from.

A class of thirty sits behind one address, and often plays the same person: a limit that they would meet is a wrong one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest

from accounts.lockout import client_ip
from common import counters
from common.exceptions import Busy

TOO_MANY = "Muitas tentativas em pouco tempo. Aguarde alguns minutos e tente de novo."


@dataclass(frozen=True)
class Limit:
    """How often one thing (a CPF, a protocol, a mailbox) may be tried, and how often one address may try, in a time."""

    what: str
    each: int
    address: int
    lasts: timedelta

    def take(self, request: HttpRequest, *targets: str, at: datetime) -> int:
        """Count a try, before it is looked at; the seconds to wait when one of the counts is over, else 0."""
        waits = [0]
        for who, most in self._counted(request, targets):
            tally = counters.count(self.what, who, lasts=self.lasts, at=at)
            if tally.times > most:
                waits.append(tally.seconds_left(at))
        return max(waits)

    def spend(self, request: HttpRequest, *targets: str, at: datetime) -> None:
        """Count a try, before it is looked at. Raises Busy when one of the counts is over."""
        if wait := self.take(request, *targets, at=at):
            raise Busy(TOO_MANY, retry_after=wait)

    def give_back(self, request: HttpRequest, *targets: str) -> None:
        """The try was no guess."""
        for who, _ in self._counted(request, targets):
            counters.give_back(self.what, who)

    def _counted(self, request: HttpRequest, targets: tuple[str, ...]) -> list[tuple[str, int]]:
        address = client_ip(request)
        counted = [(target, self.each) for target in targets if target]
        # Without an address everybody would share one count.
        return [*counted, (f"from {address}", self.address)] if address else counted
