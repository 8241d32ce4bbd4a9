"""The session of the SIOPS: one entity, one role, and gone the instant the role is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, User
from accounts.session import CERTIFICATE, actor_of_request, put_actor
from common.actor import Actor, ActorRequest
from common.exceptions import RuleBroken
from common.models import AuditEvent
from common.navigation import with_next
from pki import services as pki
from pki.models import Medium
from siops import session
from siops.models import HealthManager
from siops.offices import office_of
from siops.services import sign_in as service
from siops.services.sign_in import Door, Proof
from tests.clock import standing_at
from tests.factories import NOON, make_entity, make_membership, make_other_entity, make_person
from tests.factories.siops import make_health_manager, make_technician
from tests.siops.certification import Counter, medium_of, stored
from tests.siops.doors import PIN, bound_to, make_medium, make_pem, present, text_of, use_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Role = HealthManager.Role
MICROSECOND = timedelta(microseconds=1)
FIRST, LAST = date(2026, 11, 10), date(2026, 11, 20)
# Brasília midnights, to the microsecond, in both ways of writing them.
BOUNDARIES = [
    (datetime.fromisoformat("2026-11-10T02:59:59.999999Z"), False),
    (datetime.fromisoformat("2026-11-09T23:59:59.999999-03:00"), False),
    (datetime.fromisoformat("2026-11-10T03:00:00Z"), True),
    (datetime.fromisoformat("2026-11-10T00:00:00.000001-03:00"), True),
    (datetime.fromisoformat("2026-11-20T23:59:59.999999-03:00"), True),
    (datetime.fromisoformat("2026-11-21T02:59:59.999999Z"), True),
    (datetime.fromisoformat("2026-11-21T00:00:00-03:00"), False),
    (datetime.fromisoformat("2026-11-21T03:00:00.000001Z"), False),
]


def enter(client: Client, office: HealthManager) -> Client:
    present(client, make_pem(office.person), office)
    return client


def panel(client: Client) -> Any:
    return client.get(reverse("siops:manager_list"))


@pytest.mark.parametrize("role", HealthManager.SUBSTITUTES)
@pytest.mark.parametrize(("at", "enters"), BOUNDARIES)
def test_a_substitute_enters_from_the_first_to_the_last_day_whole(role: str, at: datetime, enters: bool) -> None:
    office = make_health_manager(role, starts_on=FIRST, ends_on=LAST)
    medium = make_medium(office.person)
    arguments: dict[str, Any] = {
        "pem": medium.certificate.pem,
        "door": Door.MUNICIPALITY,
        "office_id": office.pk,
        "proof": Proof.TLS,
    }
    if enters:
        entry = service.enter(**arguments, at=at)
        assert entry == service.Entry(office, medium.certificate.sha256, has_activated=False)
    else:
        with pytest.raises(RuleBroken) as refusal:
            service.enter(**arguments, at=at)
        assert refusal.value.code == "no_role"


@pytest.mark.parametrize(("at", "acts"), BOUNDARIES)
def test_an_open_session_acts_only_within_the_dates(client: Client, at: datetime, acts: bool) -> None:
    office = make_health_manager(Role.SECRETARY_SUBSTITUTE, starts_on=FIRST, ends_on=LAST)
    with standing_at(datetime.fromisoformat("2026-11-15T12:00:00-03:00")):
        enter(client, office)
        # It would end by itself after two hours.
        lasting = client.session
        lasting.set_expiry(datetime.fromisoformat("2027-01-01T00:00:00Z"))
        lasting.save()

    with standing_at(at):
        response = panel(client)
        assert (response.status_code == 200) is acts
        assert (bound_to(client) is not None) is acts


LOSSES: dict[str, Callable[[HealthManager], None]] = {
    "replaced": lambda office: office.substitute(at=NOON),
    "ended": lambda office: office.end(at=NOON),
    "in doubt": lambda office: office.doubt(),
    "term over": lambda office: office.change_term(starts_on=date(2026, 1, 1), ends_on=date(2026, 11, 22)),
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("role", HealthManager.ANSWERING)
def test_who_loses_the_role_is_out_at_the_next_request(client: Client, role: str, loss: str) -> None:
    office = make_health_manager(role)
    enter(client, office)
    assert panel(client).status_code == 200
    record = HealthManager.objects.get(pk=office.pk)
    LOSSES[loss](record)
    record.save()

    response = panel(client)

    assert (response.status_code, response["Location"]) == (
        302,
        with_next("siops:sign_in", reverse("siops:manager_list")),
    )
    assert bound_to(client) is None
    assert session.LOST_ROLE in text_of(client.get(response["Location"]))


def test_who_loses_the_role_can_write_nothing_with_the_page_still_open(client: Client) -> None:
    office = make_health_manager(Role.HEAD)
    enter(client, office)
    record = HealthManager.objects.get(pk=office.pk)
    record.substitute(at=NOON)
    record.save()
    before = list(HealthManager.objects.order_by("pk").values_list())

    response = client.post(reverse("siops:manager_register", args=["secretario"]), {})

    assert response["Location"] == reverse("siops:sign_in")
    assert list(HealthManager.objects.order_by("pk").values_list()) == before


def test_another_record_of_the_same_role_elsewhere_does_not_keep_the_session(client: Client) -> None:
    person = make_person()
    here = make_health_manager(Role.SECRETARY, make_entity(), person=person)
    make_health_manager(Role.SECRETARY, make_other_entity(), person=person)
    enter(client, here)
    record = HealthManager.objects.get(pk=here.pk)
    record.substitute(at=NOON)
    record.save()
    assert panel(client).status_code == 302


CERTIFICATE_LOSSES: dict[str, Callable[[Medium], Any]] = {
    "revoked": lambda medium: pki.revoke_certificate(certificate_id=medium.certificate_id, reason="perda", at=NOON),
    "authority revoked": lambda medium: pki.revoke_authority(authority_slug="icp", at=NOON),
    "forgotten": lambda medium: medium.delete() and medium.certificate.delete(),
}


def by_token(client: Client, office: HealthManager) -> None:
    use_token(client, office.person.cpf_text, PIN)


def by_tls(client: Client, office: HealthManager) -> None:
    present(client, Medium.objects.get().certificate.pem, office)


@pytest.mark.parametrize("loss", CERTIFICATE_LOSSES)
@pytest.mark.parametrize("enter_by", [by_tls, by_token])
def test_the_session_ends_with_its_certificate(client: Client, enter_by: Any, loss: str) -> None:
    office = make_health_manager(Role.HEAD)
    medium = make_medium(office.person)
    enter_by(client, office)
    assert panel(client).status_code == 200
    CERTIFICATE_LOSSES[loss](medium)
    before = list(HealthManager.objects.order_by("pk").values_list())

    written = client.post(reverse("siops:manager_register", args=["secretario"]), {})

    assert written["Location"].startswith(reverse("siops:sign_in"))
    assert list(HealthManager.objects.order_by("pk").values_list()) == before
    assert bound_to(client) is None
    outcome = {"forgotten": pki.Outcome.UNTRUSTED}.get(loss, pki.Outcome.REVOKED)
    assert session.LAPSED[outcome] in text_of(client.get(written["Location"]))


def test_no_page_outlives_the_certificate(client: Client) -> None:
    """Not only those of the SIOPS: the whole session is over."""
    office = make_health_manager()
    medium = make_medium(office.person)
    by_tls(client, office)
    page: Any = client.get(reverse("pki:authority_list"))
    assert page.wsgi_request.actor.certificate == medium.certificate.sha256
    pki.revoke_certificate(certificate_id=medium.certificate_id, reason="perda", at=NOON)
    client.get(reverse("pki:authority_list"))
    assert get_user(client).is_anonymous
    assert CERTIFICATE not in client.session


@pytest.mark.parametrize(("after", "acts"), [(-MICROSECOND, True), (timedelta(0), False), (MICROSECOND, False)])
def test_the_session_ends_when_the_certificate_does(client: Client, after: timedelta, acts: bool) -> None:
    office = make_health_manager()
    medium = make_medium(office.person, at=NOON - timedelta(days=365) + timedelta(minutes=30))
    by_tls(client, office)
    with standing_at(medium.certificate.not_after + after):
        response = panel(client)
        assert (response.status_code == 200) is acts
        if not acts:
            assert session.LAPSED[pki.Outcome.OUTSIDE_VALIDITY] in text_of(client.get(response["Location"]))


def test_asking_again_costs_one_query(client: Client) -> None:
    office = make_health_manager()
    make_medium(office.person)
    by_tls(client, office)
    address = reverse("pki:authority_list")
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    asked = [query["sql"] for query in captured if "pki_certificate" in query["sql"]]
    assert len(asked) == 1


def test_a_closed_account_is_out_at_the_next_request(client: Client) -> None:
    enter(client, make_health_manager())
    User.objects.update(is_active=False)
    assert panel(client).status_code == 302


def test_the_session_is_bound_to_one_entity(client: Client, rf: RequestFactory) -> None:
    person = make_person()
    make_health_manager(Role.SECRETARY, make_entity(), person=person)
    there = make_health_manager(Role.HEAD, make_other_entity(), person=person)
    enter(client, there)

    seen: list[Actor] = []

    @session.office_required
    def look(request: ActorRequest) -> HttpResponse:
        seen.append(request.actor)
        return HttpResponse()

    request: Any = rf.get("/", {"entity": "1", "ente": "estado"})
    request.session = client.session
    request.user, request.at = get_user(request), NOON
    put_actor(request)
    look(request)

    (actor,) = seen
    office = office_of(actor)
    assert (office.entity, office.role, actor.account, actor.at) == (there.entity, "head", person.user, NOON)


def test_the_entity_changes_only_by_entering_again(client: Client) -> None:
    person = make_person()
    here = make_health_manager(Role.SECRETARY, make_entity(), person=person)
    there = make_health_manager(Role.HEAD, make_other_entity(), person=person)
    pem = make_pem(person)
    present(client, pem, here)
    first = client.session.session_key
    present(client, pem, there)
    bound = bound_to(client)
    assert bound is not None
    assert (bound["entity"], bound["role"]) == (there.entity_id, "head")
    assert client.session.session_key != first


@pytest.mark.parametrize("role", HealthManager.ANSWERING)
def test_a_session_of_the_e_gestor_does_not_open_the_siops(client: Client, role: str) -> None:
    office = make_health_manager(role)
    make_membership(office.person)
    client.post(reverse("accounts:sign_in_govbr"), {"cpf": office.person.cpf_text, "level": "ouro"})
    assert client.session["_auth_user_id"] == str(office.person.user.pk)

    response = panel(client)

    assert (response.status_code, response["Location"]) == (
        302,
        with_next("siops:sign_in", reverse("siops:manager_list")),
    )
    home = text_of(client.get(reverse("siops:home")))
    assert Role(role).label not in home.replace("Secretário de Saúde e", "")


def test_a_session_of_the_siops_does_not_open_the_e_gestor(client: Client) -> None:
    office = make_health_manager()
    make_membership(office.person, Membership.Role.AB_MANAGER)
    enter(client, office)
    assert client.get(reverse("egestor:membership_list")).status_code == 403
    assert "Usuários" not in text_of(client.get(reverse("siops:home")))


def test_nobody_signed_in_is_led_to_the_door_of_the_siops(client: Client) -> None:
    assert panel(client)["Location"].startswith(f"{reverse('siops:sign_in')}?next=")


def test_a_binding_without_an_account_opens_nothing(client: Client, rf: RequestFactory) -> None:
    office = make_health_manager()
    request: Any = rf.get("/")
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    MessageMiddleware(lambda _: HttpResponse()).process_request(request)
    session.bind(request, entity=office.entity, role=office.role, proof="certificado")
    request.user = get_user(request)
    assert actor_of_request(request, NOON).office is None


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.SECRETARY, {"Módulo de Gestores", "Mudança de gestores", "Cadastro no FNS", "Chamados"}),
        (Role.HEAD, {"Módulo de Gestores", "Mudança de gestores", "Cadastro no FNS"}),
    ],
)
def test_the_menu_is_that_of_the_role(client: Client, role: str, offered: set[str]) -> None:
    enter(client, make_health_manager(role))
    page = client.get(reverse("siops:home")).content.decode()
    menu = page[page.index('id="menu"') : page.index("</nav>")]
    entries = ("Módulo de Gestores", "Mudança de gestores", "Cadastro no FNS", "Chamados")
    assert {label for label in entries if label in menu} == offered
    assert "e-Gestor" not in menu


def test_the_first_entry_activates_the_certificate_just_issued(client: Client) -> None:
    counter = Counter()
    pki.ensure_authorities(at=NOON)
    row = counter.issue(counter.schedule()).row
    tomorrow = NOON + timedelta(days=1)

    with standing_at(tomorrow):
        present(client, medium_of(row).certificate.pem, counter.record)
        assert bound_to(client) is not None
        assert "Certificado ativado." in text_of(panel(client))
        assert (stored(row).status, stored(row).activated_at) == ("activated", tomorrow)
        again = present(client, medium_of(row).certificate.pem, counter.record)
        assert again["Location"] == reverse("siops:home")
        assert "Certificado ativado." not in text_of(client.get(again["Location"]))
    assert stored(row).activated_at == tomorrow
    assert AuditEvent.objects.filter(verb="certification.activated").count() == 1


def activate(client: Client, record: HealthManager) -> str:
    """What is read after the first entry with a certificate just issued."""
    counter = Counter(record)
    pki.ensure_authorities(at=NOON)
    row = counter.issue(counter.schedule()).row
    answer = present(client, medium_of(row).certificate.pem, counter.record)
    assert (answer.status_code, answer["Location"]) == (302, reverse("siops:manager_list"))
    return text_of(client.get(answer["Location"]))


NEXT_STEP = (
    'Certificado ativado. <a href="/siops/gestores/responsavel/">Agora cadastre o responsável pelo envio de dados.</a>'
)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.SECRETARY_SUBSTITUTE])
def test_the_activation_leads_a_secretary_to_the_registration_of_the_technician(client: Client, role: str) -> None:
    assert NEXT_STEP in activate(client, make_health_manager(role))
    assert client.get(reverse("siops:technician_register")).status_code == 200


@pytest.mark.parametrize("role", [Role.HEAD, Role.HEAD_SUBSTITUTE])
def test_the_activation_of_a_head_is_told_without_a_step_of_somebody_else(client: Client, role: str) -> None:
    shown = activate(client, make_health_manager(role))
    assert "Certificado ativado." in shown
    assert "Agora cadastre" not in shown


@pytest.mark.parametrize(
    ("status", "asked"), [("active", False), ("password_sent", False), ("to_register_again", True)]
)
def test_a_secretary_whose_technician_is_able_is_not_asked_for_another(
    client: Client, status: str, asked: bool
) -> None:
    first_access_at = NOON if status == "active" else None
    record = make_health_manager(Role.SECRETARY)
    make_technician(record.entity, secretary=record, status=status, first_access_at=first_access_at)
    shown = activate(client, record)
    assert "Certificado ativado." in shown
    assert ("Agora cadastre" in shown) is asked


def test_an_entry_that_activates_nothing_says_nothing(client: Client) -> None:
    office = make_health_manager()
    answer = present(client, make_pem(office.person), office)
    assert answer["Location"] == reverse("siops:home")
    assert "Certificado ativado." not in text_of(client.get(answer["Location"]))


def test_a_request_for_another_host_is_refused_before_anybody_is_known() -> None:
    answer = Client().get("/siops/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400


def test_whoever_is_led_to_the_door_is_told_why() -> None:
    page = Client().get("/siops/chamados/novo/", follow=True)
    assert page.redirect_chain[0][0].startswith("/siops/entrar/?next=")
    assert "o que foi digitado nela não foi enviado." in text_of(page)
    assert "não foi enviado" not in text_of(Client().get("/siops/entrar/"))
