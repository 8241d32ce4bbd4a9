"""Two people, or the same one twice, at the same instant: one homologation, one receipt."""

import pytest
from django.db import transaction

from common.exceptions import Refusal
from declarations.models import Declaration, Homologation, Receipt
from documents.models import Paper
from siops.services.registry import lock_entity
from tests.clock import now
from tests.concurrency import at_once
from tests.declarations.delivery import make_town
from tests.factories.declarations import make_declaration

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "control"])


def test_the_same_act_twice_is_one_homologation_with_one_receipt() -> None:
    town = make_town()
    declaration = town.sent()
    results = at_once(lambda: town.homologate(declaration), lambda: town.homologate(declaration))
    assert [result.status for result in results] == ["homologated", "homologated"]
    assert Homologation.objects.count() == Paper.objects.count() == 1
    assert Receipt.objects.exclude(kind=Receipt.Kind.TRANSMISSION).count() == 1


def test_a_newer_transmission_and_the_homologation_of_the_former_one() -> None:
    """Whoever takes the lock first is right; the other is refused, and one version alone counts."""
    town = make_town()
    former = town.sent()
    newer = make_declaration(town.entity, former.period, status="packed", version=2, opened_by=town.sender.user)

    def arrive() -> str:
        with transaction.atomic():
            lock_entity(town.entity.pk)
            waiting = Declaration.objects.waiting().select_for_update().get()
            waiting.substitute()
            waiting.save()
            newer.transmit(by_id=town.sender.user.pk, at=now())
            newer.save()
            return "arrived"

    def sign() -> str:
        return str(town.homologate(former).status)

    def outcome(result: object) -> object:
        return result.code if isinstance(result, Refusal) else result

    found = {outcome(result) for result in at_once(arrive, sign)}
    assert found in ({"arrived", "changed_since_shown"}, {None, "homologated"})
    assert Homologation.objects.count() == (1 if "homologated" in found else 0)
