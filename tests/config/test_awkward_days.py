"""The seeded portal on the days that break software: it is planted, everybody enters, and each flow goes through.

The rest of the suite stands at the noon of an ordinary Monday; here the product stands on the others.
"""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from common import switches
from common.exceptions import RuleBroken
from common.holidays import next_business_day
from common.legal_time import end_of_legal_day
from config.seed.entities import ENTITIES
from config.seed.siops import offices
from config.seed.world import plant
from declarations.engine.beginnings import BEGINNINGS
from declarations.services.beginning import tables_of
from declarations.services.importing import shown_hash, take_tables
from declarations.services.opening import open_declaration
from declarations.services.packing import pack_declaration
from declarations.services.panel import panel_of
from declarations.services.transmitting import transmit
from declarations.services.verifying import verify_declaration
from egestor.models import DeploymentToken
from pki.services import ensure_authorities
from registry.models import Person
from rnds.models import Credential
from rnds.services.terms import ensure_terms_text
from siops.models import HealthManager, Technician
from siops.services.certification import schedule_certification
from tests.clock import Clock, now, today
from tests.factories.siops import acting_of
from tests.siops.certification import Counter
from tests.siops.doors import PIN, bound_to, make_medium, text_of, use_token
from tests.small_territory import load_small_territory

pytestmark = pytest.mark.django_db

INSTANTS = {
    "the last half hour of a year": "2026-12-31T23:30:00-03:00",
    "the first half hour of a year": "2027-01-01T00:30:00-03:00",
    "a leap day": "2028-02-29T12:00:00-03:00",
    "the evening of a leap day, over in UTC": "2028-02-29T22:00:00-03:00",
    "a Saturday of Carnival, years from now": "2031-02-22T10:00:00-03:00",
}


@pytest.fixture(params=INSTANTS.values(), ids=list(INSTANTS))
def day(request: pytest.FixtureRequest, clock: Clock) -> datetime:
    clock.move_to(datetime.fromisoformat(request.param))
    return now()


@pytest.fixture
def world(day: datetime) -> datetime:
    """The people of the demonstration, planted at that instant."""
    load_small_territory()
    ensure_authorities(at=day)
    ensure_terms_text(at=day)
    plant(at=day)
    return day


def test_the_demonstration_works(world: datetime, tmp_path: Path, clock: Clock) -> None:
    every_role_of_the_e_gestor_enters(world)
    a_credential_is_granted_from_the_token_of_the_day(world, tmp_path)
    who_answers_for_an_entity_enters_the_siops(world)
    a_bimestre_is_sent_from_the_day_on_which_it_opens(world, clock)


def every_role_of_the_e_gestor_enters(at: datetime) -> None:
    usable = Membership.objects.usable_at(at, days=switches.now().membership_idle_days)
    assert usable.count() == Membership.objects.active().count()
    one_each = {membership.role: membership for membership in usable.select_related("person")}
    assert set(one_each) == set(Membership.Role.values)
    for membership in one_each.values():
        client = Client()
        client.post(reverse("accounts:sign_in_govbr"), {"cpf": membership.person.cpf, "level": "ouro"})
        assert client.get(reverse("egestor:home")).status_code == 200


def a_credential_is_granted_from_the_token_of_the_day(at: datetime, folder: Path) -> None:
    """The token, the request with its portfolio, the termo with the day in words, the certificate."""
    call_command("credential", cnes=ENTITIES[0].cnes(1), out=folder)
    credential = Credential.objects.get()
    assert DeploymentToken.objects.get().expires_at == end_of_legal_day(at) > at
    assert credential.certificate.is_current_at(at)
    assert credential.request.portfolio_start == today()
    assert f"do ano de {today().year}" in credential.request.acceptance.rendered


def who_answers_for_an_entity_enters_the_siops(at: datetime) -> None:
    assert HealthManager.objects.in_office_at(at).count() > len(ENTITIES)
    plan, person, _ = next(record for record in offices() if record.office.medium and not record.office.is_former)
    holder = Person.objects.get(cpf=plan.cpf(person))
    make_medium(holder, at=at)
    client = Client()
    use_token(client, holder.cpf_text, PIN)
    assert bound_to(client) is not None
    assert client.get(reverse("siops:checklist")).status_code == 200


def a_bimestre_is_sent_from_the_day_on_which_it_opens(at: datetime, clock: Clock) -> None:
    """None is within its term on these days: the panel says which comes, and the clock is advanced to its opening."""
    technician = Technician.objects.select_related("person__user", "entity").get(entity__municipality="1300144")
    by = acting_of(technician)
    panel = panel_of(entity_id=technician.entity_id, actor=by, year=None, at=at)
    coming = panel.coming
    assert (panel.at_hand, coming is not None) == (None, True)
    assert coming
    asked = {"entity_id": technician.entity_id, "period_id": coming.pk}
    with pytest.raises(RuleBroken, match="ainda não aberto"):
        open_declaration(**asked, by=by, at=at)

    clock.move_to(coming.opens_at)
    by = acting_of(technician)
    row = panel_of(entity_id=technician.entity_id, actor=by, year=None, at=now()).at_hand
    assert row
    assert (row.period, row.task) == (coming, "Abrir a declaração")
    made = open_declaration(**asked, by=by, at=now())
    tables = tables_of(made, BEGINNINGS["coerente"])
    take_tables(declaration_id=made.pk, tables=tables, shown=shown_hash(made), source="prova", by=by, at=now())
    verified = verify_declaration(declaration_id=made.pk, by=by, at=now())
    packed = pack_declaration(declaration_id=made.pk, shown_hash=verified.content_hash, by=by, at=now())
    sent = transmit(declaration_id=made.pk, shown_hash=packed.content_hash, by=by, at=now())
    assert sent.receipt


def test_the_posto_has_a_day_to_offer(day: datetime, client: Client) -> None:
    """The first business day that follows, also over the turn of a year, and shown as the first one."""
    counter = Counter()
    row = counter.request(at=day)
    client.post(reverse("siops:certification_status"), {"cpf": counter.cpf, "protocol": row.protocol})
    first = next_business_day(today())
    assert f'min="{first.isoformat()}"' in text_of(client.get(reverse("siops:certification_schedule")))
    assert schedule_certification(protocol=row.protocol, date=first, period="morning", at=day).scheduled_for == first
