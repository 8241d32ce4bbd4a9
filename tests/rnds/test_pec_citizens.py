"""The PEC searches a citizen: token of the bus and PDQ over the real listener, and the reason of each failure."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from common import addresses
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from interop.models import Exchange
from pki import services as pki
from registry.models import Person
from rnds.models import PecInstallation
from rnds.services import citizens, connection, monitor, pec, pec_line
from rnds.services.citizens import Search
from rnds.services.pdq import Asked
from rooms import worlds
from rooms.worlds import World
from tests import factories
from tests.actors import acting
from tests.cadsus.wire import make_known
from tests.clock import now
from tests.factories.certificates import PFX_PASSWORD, Pfx, grant_credential, make_pfx, put_file
from tests.live import LivePortal
from tests.rnds.test_pec_connection import administrator, free_port, listening
from tests.switches import Switch

Result = PecInstallation.LastResult


def enabled(pfx: Pfx | None = None, *, cadsus: bool = True, rnds: bool = False) -> PecInstallation:
    """An installation whose PEC calls the CADSUS, or does not, with a certificate in force."""
    pfx, installation = pfx or make_pfx(at=now()), factories.make_installation()
    credential = grant_credential(pfx, at=now(), installation=installation)
    return pec.enable_certificate(
        installation_id=installation.pk,
        file_id=put_file(installation, pfx.content, at=now()).pk,
        password=PFX_PASSWORD,
        requester_id=credential.requester_id,
        serves_rnds=rnds or not cadsus,
        serves_cadsus=cadsus,
        by=acting(administrator(installation)),
        at=now(),
    )


def search(installation: PecInstallation, asked: Asked, *, scenario: str = "", by: User | None = None) -> Search:
    return citizens.search_citizen(
        installation_id=installation.pk,
        asked=asked,
        scenario=scenario,
        by=acting(by or administrator(installation)),
        at=now(),
    )


def told_of(given: Search) -> list[tuple[str, int, str]]:
    return [(call.label, call.status, call.reason) for call in monitor.told(given.steps, now())]


def asked_for(person: Person) -> Asked:
    return Asked(number=str(person.cpf))


@pytest.fixture
def known(live_portal: LivePortal) -> Person:
    return make_known()


def test_a_citizen_is_found_by_each_number_and_by_name(known: Person) -> None:
    installation = enabled()
    by_name = Asked(name=known.name, birth_date=known.birth_date)
    for asked in (asked_for(known), Asked(number=str(known.cns)), by_name):
        found = search(installation, asked)
        assert found.told is not None
        assert [citizen.name for citizen in found.told.citizens] == [known.name]
        assert [step.door for step in found.steps] == ["osb-token", "cadsus-pdq"]
    nobody = search(installation, Asked(number="898001160366001"))
    assert (nobody.told and nobody.told.citizens, [step.status for step in nobody.steps]) == ((), [200, 200])


def test_the_trail_says_who_asked_and_never_for_whom(known: Person) -> None:
    installation = enabled()
    found = search(installation, asked_for(known))
    event = AuditEvent.objects.get(verb="pec.citizen_searched")
    calls = [connection.on_record(step) for step in found.steps]
    assert event.details == {"kind": "CPF", "found": 1, "calls": calls}
    assert str(known.cpf) not in str(event.details)
    # The calls were real: each is in the log, with the fingerprint of the PEC's own certificate.
    assert [call.request_id for call in monitor.told(found.steps, now())] == [step.request_id for step in found.steps]
    rows = Exchange.objects.filter(fingerprint=installation.certificate_sha256)
    assert {row.request_id for row in rows} == {step.request_id for step in found.steps}


def test_a_question_that_the_cadsus_does_not_take_is_told_in_its_words(known: Person) -> None:
    installation = enabled()
    for asked, text in ((Asked(), "Informe ao menos um dado"), (Asked(name="MARIA"), "pelo menos dois critérios")):
        given = search(installation, asked)
        assert given.told is not None
        assert text in given.told.refusal


def test_a_revoked_certificate_gets_no_token_and_the_question_is_not_sent(known: Person) -> None:
    pfx = make_pfx(at=now())
    installation = enabled(pfx)
    pki.revoke_certificate(certificate_id=pfx.certificate.pk, reason="ensaio", at=now())
    given = search(installation, asked_for(known))
    assert given.told is None
    ((label, status, reason),) = told_of(given)
    assert (label, status) == ("Token do barramento (CADSUS)", 401)
    assert "Certificado revogado." in reason
    assert "Solicite nova credencial." in reason


def test_the_cadsus_switched_off_says_so(known: Person, switch: Switch) -> None:
    switch(cadsus_available=False)
    installation = enabled()
    given = search(installation, asked_for(known))
    assert given.told is None
    assert [(status, reason) for _, status, reason in told_of(given)][1] == (503, given.steps[1].reason)
    assert "CADSUS" in given.steps[1].reason


@pytest.mark.parametrize(
    ("scenario", "statuses", "reason"),
    [
        ("token-expirado", [200, 401], "O token venceu"),
        ("cert-invalido", [403], "Certificado não aceito."),
        ("fault-500", [200, 500], "Falha no barramento"),
        ("fault-200", [200, 200], "Falha no barramento"),
        ("html-200", [200, 200], "não é uma mensagem SOAP"),
        ("vazio-200", [200, 200], "vazia"),
        ("indisponivel", [200, 503], "indisponível"),
    ],
)
def test_each_bad_day_has_its_reason(
    scenario: str, statuses: list[int], reason: str, known: Person, django_assert_max_num_queries: Any
) -> None:
    given = search(enabled(), asked_for(known), scenario=scenario)
    assert given.told is None
    assert [step.status for step in given.steps] == statuses
    assert reason in told_of(given)[-1][2]
    assert monitor.told(given.steps, now())[-1].failed


def test_the_call_goes_to_the_address_of_the_room(settings: Any) -> None:
    settings.TLS_URL = "https://ensaio.example:8443/"
    with worlds.standing_in(World("prova1", "Sala de prova", "banco", 1)):
        assert addresses.tls_url() == "https://ensaio.example:8443/s/prova1"
    with worlds.standing_in(worlds.only_world()):
        assert addresses.tls_url() == "https://ensaio.example:8443"


def test_every_scenario_of_the_screen_is_one_that_a_door_knows(known: Person) -> None:
    names = [name for name, _ in pec_line.scenarios()]
    assert len(names) == len(set(names)) > 15
    for name in ("homonimos", "lento:2000", "429"):
        assert name in names
    given = search(enabled(), asked_for(known), scenario="homonimos")
    assert given.told is not None
    assert len(given.told.citizens) == 3


def test_testing_the_connection_asks_the_cadsus_too(known: Person, switch: Switch) -> None:
    installation = enabled(rnds=True)

    def tried() -> connection.Tried:
        return connection.test_connection(
            installation_id=installation.pk, by=acting(administrator(installation)), at=now()
        )

    both = tried()
    assert (both.result, both.reason) == (Result.SUCCESS, "")
    assert [step.door for step in both.steps] == ["access-token", "osb-token", "cadsus-pdq"]
    switch(cadsus_available=False)
    down = tried()
    assert (down.result.label, down.reason) == ("Sem conexão", down.steps[-1].reason)
    assert "CADSUS" in down.reason


@pytest.mark.django_db
def test_a_server_that_never_answers_is_given_up(settings: Any) -> None:
    installation = enabled()
    with listening(b"") as port:
        settings.TLS_URL = f"https://127.0.0.1:{port}"
        started = time.monotonic()
        given = search(installation, Asked(number="11144477735"))
    assert time.monotonic() - started < 8
    (step,) = given.steps
    assert (step.status, step.result, step.reason) == (0, Result.NO_CONNECTION, pec_line.TIMED_OUT)


@pytest.mark.django_db
class TestRefusals:
    def test_without_the_service_nothing_is_called(self, settings: Any) -> None:
        settings.TLS_URL = f"https://127.0.0.1:{free_port()}"
        with pytest.raises(RuleBroken, match="não está habilitado"):
            search(enabled(cadsus=False), Asked(number="11144477735"))
        assert not AuditEvent.objects.filter(verb="pec.citizen_searched").exists()

    def test_without_a_certificate(self) -> None:
        with pytest.raises(NotAllowedNow):
            search(factories.make_installation(), Asked(number="11144477735"))

    def test_only_the_municipal_admin(self) -> None:
        installation = enabled()
        keeper = factories.make_member(Membership.Role.PEC_INSTALLATION_ADMIN, installation.entity)
        with pytest.raises(NotPermitted):
            search(installation, Asked(number="11144477735"), by=keeper)


@pytest.mark.django_db
class TestScreen:
    @pytest.fixture
    def address(self, settings: Any) -> str:
        settings.TLS_URL = f"https://127.0.0.1:{free_port()}"
        return ""

    def open(self, client: Client, installation: PecInstallation, data: dict[str, str] | None = None) -> str:
        client.force_login(administrator(installation))
        address = reverse("rnds:pec_citizen", args=[installation.pk])
        answer = client.get(address) if data is None else client.post(address, data)
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_it_says_when_the_service_is_off(self, client: Client, address: str) -> None:
        installation = enabled(cadsus=False)
        assert "Serviço CADSUS não habilitado" in self.open(client, installation)
        assert "Em «Certificados», desabilite-o" in self.open(client, installation, {"cpf": "11144477735"})

    def test_a_wrong_number_is_not_sent(self, client: Client, address: str) -> None:
        installation = enabled()
        assert "CPF inválido" in self.open(client, installation, {"cpf": "11144477734"})
        assert not AuditEvent.objects.filter(verb="pec.citizen_searched").exists()

    def test_nobody_answers(self, client: Client, address: str) -> None:
        shown = self.open(client, enabled(), {"cpf": "11144477735"})
        assert "A base nacional não respondeu ao PEC" in shown
        assert pec_line.UNREACHED in shown
        assert "sem resposta" in shown
