"""«RNDS» of the PEC: real calls only, with the answer of the log, and the report of those that failed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from common.legal_time import BRASILIA
from interop.models import Exchange
from rnds.models import PecInstallation
from rnds.services import citizens, connection, monitor
from rnds.services.connection import Tried
from rnds.services.pec_line import Result, Step
from tests import factories
from tests.actors import acting
from tests.clock import Clock, now, today
from tests.rnds.test_pec_citizens import enabled
from tests.rnds.test_pec_connection import administrator
from tests.switches import Switch

pytestmark = pytest.mark.django_db
GOOD = Step("osb-token", Result.SUCCESS, "", 200, "00000000-0000-4000-8000-000000000001")
BAD = Step("cadsus-pdq", Result.NO_CONNECTION, "=Falha no barramento.", 500, "00000000-0000-4000-8000-000000000002")
SILENT = Step("access-token", Result.NO_CONNECTION, "O serviço não foi alcançado.")


def made(installation: PecInstallation, *steps: Step, at: datetime | None = None) -> None:
    """What «Testar conexão» leaves behind, after these calls."""
    connection.record_result(
        installation_id=installation.pk,
        file_id=installation.enabled_file_id,
        tried=Tried(steps[-1].result, steps),
        by=acting(administrator(installation)),
        at=at or now(),
    )


def logged(step: Step, **fields: Any) -> None:
    """The line of the log of calls that the door wrote."""
    given = {"method": "GET", "path": "/", "at": now(), "real_at": now(), "milliseconds": 1.0} | fields
    Exchange.objects.create(request_id=step.request_id, door=step.door, status=step.status, **given)


@pytest.fixture
def installation() -> PecInstallation:
    return enabled()


def shown(client: Client, installation: PecInstallation, route: str = "pec_rnds", **query: Any) -> Any:
    client.force_login(administrator(installation))
    return client.get(reverse(f"rnds:{route}", args=[installation.pk]), query)


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_calls_are_told_with_the_answer_of_the_log(installation: PecInstallation, switch: Switch) -> None:
    made(installation, GOOD, BAD)
    made(installation, SILENT, at=now() + timedelta(minutes=1))
    logged(BAD, scenario="fault-500", explanation="Pedido pelo cabeçalho.")
    period = {"since": now(), "until": now() + timedelta(minutes=1)}
    found = [
        (call.label, call.told_status, call.reason, call.scenario, call.failed)
        for call in monitor.calls_of(installation, **period)
    ]
    assert found == [
        ("Token de acesso da RNDS", "sem resposta", SILENT.reason, "", True),
        ("CADSUS: consulta de pessoas (PDQ)", "500", f"{BAD.reason} Pedido pelo cabeçalho.", "fault-500", True),
        ("Token do barramento (CADSUS)", "200", "", "", False),
    ]
    # Outside of training the simulator explains nothing.
    switch(training_mode=False)
    assert monitor.calls_of(installation, **period)[1].reason == BAD.reason


def test_another_installation_and_another_day_are_not_there(installation: PecInstallation) -> None:
    made(installation, GOOD)
    assert monitor.calls_of(enabled(), since=now(), until=now()) == []
    second = timedelta(microseconds=1)
    assert len(monitor.calls_of(installation, since=now(), until=now())) == 1
    assert monitor.calls_of(installation, since=now() + second, until=now() + second) == []
    assert monitor.calls_of(installation, since=now() - second, until=now() - second) == []


def test_the_page_counts_what_was_made_and_nothing_else(client: Client, installation: PecInstallation) -> None:
    page = text(shown(client, installation))
    assert "Nenhuma chamada." in page
    assert "Nenhum envio ainda" in page
    assert page.count("Ainda não simulado") == 3
    made(installation, GOOD, BAD)
    page = " ".join(text(shown(client, installation)).split())
    assert "2 chamadas, 1 com erro" in page
    assert "Sem conexão" in page
    assert all(step.request_id in page for step in (GOOD, BAD))


def test_without_a_certificate_there_is_nothing_to_show(client: Client) -> None:
    page = text(shown(client, factories.make_installation()))
    assert "Certificado não configurado. Não há registros a serem exibidos." in page
    assert "Gerar relatório CSV" not in page


def test_it_costs_the_same_with_many_calls(
    client: Client, installation: PecInstallation, django_assert_max_num_queries: Any
) -> None:
    for _ in range(15):
        made(installation, GOOD, BAD)
    client.force_login(administrator(installation))
    with django_assert_max_num_queries(14):
        client.get(reverse("rnds:pec_rnds", args=[installation.pk]))


class TestReport:
    def ask(self, client: Client, installation: PecInstallation, **query: Any) -> Any:
        day = today().isoformat()
        return shown(client, installation, "pec_errors", **({"since": day, "until": day, "kinds": "chamadas"} | query))

    def test_it_has_the_failed_calls_of_whole_days(
        self, client: Client, installation: PecInstallation, clock: Clock
    ) -> None:
        midnight = datetime.combine(today(), datetime.min.time(), BRASILIA)
        last = midnight + timedelta(days=1) - timedelta(microseconds=1)
        for at in (midnight - timedelta(microseconds=1), midnight, last, last + timedelta(microseconds=1)):
            made(installation, GOOD, BAD, at=at)
        answer = self.ask(client, installation)
        lines = b"".join(answer.streaming_content).decode().splitlines()
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert lines[0].startswith("\ufeffSIMULADO – SEM VALOR LEGAL – chamadas com erro de")
        assert lines[1] == ";".join(monitor.HEADER)
        # What would be a formula in a spreadsheet is none.
        rest = f"CADSUS: consulta de pessoas (PDQ);{BAD.request_id};500;'=Falha no barramento."
        assert lines[2:] == [f"{at:%d/%m/%Y %H:%M:%S};{rest}" for at in (last, midnight)]

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ({"since": ""}, "Este campo é obrigatório."),
            ({"until": "31/02/2026"}, "Data inválida."),
            ({"until": "1990-01-01"}, "igual ou posterior"),
            ({"kinds": []}, "Marque ao menos um tipo de registro."),
            ({"kinds": "RAC"}, "RAC"),
        ],
    )
    def test_each_mistake_shows_the_page_again(
        self, query: dict[str, Any], message: str, client: Client, installation: PecInstallation
    ) -> None:
        assert message in text(self.ask(client, installation, **query))

    def test_both_administrators_read_it_and_nobody_else(self, client: Client, installation: PecInstallation) -> None:
        address = reverse("rnds:pec_errors", args=[installation.pk])
        client.force_login(factories.make_member(Membership.Role.PEC_INSTALLATION_ADMIN, installation.entity))
        assert client.get(address).status_code == 200
        stranger = factories.make_installation(factories.make_other_entity())
        client.force_login(administrator(stranger))
        assert client.get(address).status_code == 404


def test_a_search_is_told_too(installation: PecInstallation) -> None:
    by = acting(administrator(installation))
    given = citizens.Search((GOOD, BAD), None)
    citizens.record_search(installation_id=installation.pk, search=given, kind="CPF", by=by, at=now())
    assert [call.failed for call in monitor.calls_of(installation, since=now(), until=now())] == [True, False]
