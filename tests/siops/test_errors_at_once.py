"""A form says everything that is wrong at once, not in instalments."""

from typing import Any

import pytest

from common.exceptions import RuleBroken
from siops.models import Attachment
from siops.services.letters import send_letter
from siops.services.tickets import release_rule
from tests.actors import acting
from tests.factories import NOON, siops
from tests.siops.managers_support import Town, make_town, refused
from tests.siops.support import session_of
from tests.siops.test_managers import posted


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def fields_of(refusal: Any) -> list[str | None]:
    assert isinstance(refusal, RuleBroken)
    return [one.field for one in refusal.broken]


def test_the_record_of_a_secretary(town: Town, noon: Any) -> None:
    head = town.head.person
    data = posted(
        head, name="Outro Nome Qualquer", act_date="2026-11-24", starts_on="2026-11-24", email="alguem@gmail.com"
    )
    text = session_of(town.as_head).post("/siops/gestores/cadastrar/secretario/", data).content.decode()
    assert "Há 4 campos a corrigir" in text
    for field in ("id_name", "id_act_date", "id_starts_on", "id_email"):
        assert f'href="#{field}"' in text


def test_the_letter_of_a_new_head(town: Town) -> None:
    refusal = refused(
        lambda: send_letter(
            entity_id=town.entity.pk,
            cpf=town.head.person.cpf_text,
            name=town.head.person.name,
            email="prefeito@gmail.com",
            phone="1132100101",
            position="Prefeito",
            starts_on=NOON.date().replace(year=NOON.year + 1),
            files={},
            by=acting(town.as_secretary),
            at=NOON,
        )
    )
    assert fields_of(refusal) == ["starts_on", "email", "cpf", *Attachment.FOR_LETTER]


def test_the_release_of_a_rule(town: Town) -> None:
    ticket, analyst = siops.make_ticket(town.entity), siops.make_coordinator()
    refusal = refused(
        lambda: release_rule(
            ticket_id=ticket.pk,
            rule_code="nada",
            year=1900,
            bimester=9,
            version=0,
            reason="não",
            by=acting(analyst),
            at=NOON,
        )
    )
    assert fields_of(refusal) == ["rule_code", "year", "bimester", "version", "reason"]
