"""How often somebody may ask for a receipt that is none: at the page and at the API together. Edges only."""

from __future__ import annotations

from datetime import timedelta

from accounts.limits import Limit
from common.exceptions import Busy
from common.requests import HttpRequest
from declarations.models import Receipt
from declarations.services.receipts import find_receipt

# Numbers that were not those of a valid receipt.
MISSES = Limit("siops_receipt", each=60, address=600, lasts=timedelta(minutes=10))
TOO_MANY = "Houve muitas consultas de recibo sem resultado a partir deste endereço. Tente mais tarde."


def look_up(request: HttpRequest, number: str) -> Receipt | None:
    """The valid receipt of that number. Raises Busy for who guesses; valid ones cost nothing."""
    if wait := MISSES.take(request, at=request.real_at):
        raise Busy(TOO_MANY, retry_after=wait)
    receipt = find_receipt(number=number)
    if receipt is not None:
        MISSES.give_back(request)
    return receipt
