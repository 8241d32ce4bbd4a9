"""The public catalogue of the rules."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from declarations.engine.catalogue import RULES, Since
from declarations.engine.findings import Severity
from declarations.engine.periods import Period
from declarations.services import catalogue
from tests.in_room import below

pytestmark = pytest.mark.django_db(databases=["default", "control"])


def test_everybody_reads_every_rule_with_its_examples(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        text = " ".join(client.get(below(reverse("declarations:rule_list"))).content.decode().split())
    assert all(f'id="{rule.code}"' in text for rule in RULES)
    assert "LC 141/2012, art. 7º" in text
    assert "301, correntes: pago dois centavos acima do liquidado." in text
    assert "Nenhuma severidade mudou desde o conjunto inicial." in text


def test_a_severity_that_changed_is_told_with_why(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    later = Since(Period(2026, 3), Severity.WARNING, "Pedido dos municípios")
    changed = RULES[4]._replace(severities=(*RULES[4].severities, later))
    monkeypatch.setattr(catalogue, "RULES", (*RULES[:4], changed))
    text = client.get(below(reverse("declarations:rule_list"))).content.decode()
    assert "SIM-I05, desde o 3º bimestre de 2026: aviso. Pedido dos municípios." in text
