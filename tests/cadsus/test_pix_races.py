"""The same message of the PIX at the same instant, several times."""

from __future__ import annotations

import pytest

from cadsus.models import LocalIdentifier, Unification
from registry.models import Cns, Person, Transaction
from tests.cadsus.pix import merging, record, send
from tests.concurrency import at_once
from tests.factories import make_establishment, make_municipality, make_person

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_add_in_parallel_has_one_effect() -> None:
    make_municipality()
    cnes = make_establishment().cnes
    answers = at_once(*[lambda: send(record(cpf="11144477735"), cnes)] * 4)
    assert [answer.value("acknowledgement/typeCode", "code") for answer in answers] == ["CA"] * 4
    counts = [model.objects.count() for model in (Person, Cns, Transaction, LocalIdentifier)]
    assert counts == [1, 1, 1, 1]


def test_the_same_merge_in_parallel_is_one_unification() -> None:
    cnes = make_establishment().cnes
    one, other = make_person(), make_person(cpf=None)
    root = "2.16.840.1.113883.13.236"
    message = merging((root, str(one.cns)), (root, str(other.cns)))
    answers = at_once(*[lambda: send(message, cnes)] * 3)
    assert [answer.value("acknowledgement/typeCode", "code") for answer in answers] == ["CA"] * 3
    assert Unification.objects.count() == 1
