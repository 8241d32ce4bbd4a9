"""Two records put into the queue of suspects by hand, whatever they look like."""

from datetime import datetime

from cadsus.models import SuspectedPair
from cadsus.models.unification import compared_digest
from cadsus.services.pairs import Found, take_in
from registry import search
from registry.models import Person


def suspect(*, pair: tuple[Person, Person], score: float, at: datetime) -> SuspectedPair | None:
    """The pair as it stands in the queue; None when it was decided that these are two people."""
    left, right = sorted(pair, key=lambda person: person.pk)
    each = Found(left.pk, right.pk, int(score), compared_digest(*map(search.described, (left, right))))
    take_in(pairs=[each], at=at)
    rows = SuspectedPair.objects.filter(left=each.left, right=each.right)
    return rows.exclude(status=SuspectedPair.Status.NOT_DUPLICATE).first()
