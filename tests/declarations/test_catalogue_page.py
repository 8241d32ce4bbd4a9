"""The public catalogue of the rules."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from declarations.engine.catalogue import RULES
from tests.in_room import below

pytestmark = pytest.mark.django_db(databases=["default", "control"])


def test_everybody_reads_every_rule_with_its_examples(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        text = " ".join(client.get(below(reverse("declarations:rule_list"))).content.decode().split())
    assert all(f'id="{rule.code}"' in text for rule in RULES)
    assert "LC 141/2012, art. 7º" in text
    assert "301, correntes: pago dois centavos acima do liquidado." in text
