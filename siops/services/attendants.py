"""Who attends at the counter of which certifier."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from common import audit
from common.actor import Actor
from common.exceptions import RuleBroken
from siops.models import Attendant, Certifier

NO_CERTIFIER = "Não há certificadora «{name}». Há: {names}."


@transaction.atomic
def assign_attendant(*, user_id: int, certifier_name: str, at: datetime) -> Attendant:
    """Put an attendant of the team at the counter of one certifier, from the command line. Raises RuleBroken."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    certifier = Certifier.objects.filter(name=certifier_name).first()
    if certifier is None:
        names = ", ".join(Certifier.objects.values_list("name", flat=True)) or "nenhuma"
        raise RuleBroken(NO_CERTIFIER.format(name=certifier_name, names=names), code="no_certifier", field="certifier")
    attendant: Attendant = Attendant.objects.create(user=user, certifier=certifier)
    audit.record("certifier.attendant_assigned", target=attendant, by=Actor.routine("command_line", at), at=at)
    return attendant
