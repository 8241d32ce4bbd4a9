"""The letters of the SGOP: to who decides in an establishment, and to who asked."""

from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.models import account_of
from cadsus.models import Machine, OperatorAccess, Posting
from common import mail
from registry.models import Person

Request = OperatorAccess | Machine


def deciders_of(request: Request, at: datetime) -> list[Person]:
    """The managers of the establishment at `at`; the municipal TI where there is none."""
    managers = Posting.objects.managing(request.establishment_id, at).select_related("link__person__user")
    it = Posting.objects.in_force_at(at).filter(
        function=Posting.Function.MUNICIPAL_IT, link__establishment__entity=request.entity_id
    )
    return [posting.link.person for posting in managers or it.select_related("link__person__user")]


def write_to_deciders(request: Request, *, at: datetime) -> None:
    """Somebody waits for their answer; nobody is told of the own request."""
    people = [who for who in deciders_of(request, at) if who.pk != request.operator.person_id]
    letters = [
        mail.Letter(to=who.email, addressee=who.user, context=_context(request) | {"who": who}) for who in people
    ]
    mail.write_each("cadsus_request_asked", letters, at=at)


def write_to_operator(template: str, request: Request, *, at: datetime) -> None:
    """What became of the request."""
    person = request.operator.person
    mail.write(template, to=person.email, addressee=account_of(person), at=at, who=person, **_context(request))


def _context(request: Request) -> dict[str, Any]:
    return {"request": request, "portal": settings.PORTAL_URL}
