"""AuditoriaCadsusService v5r0: what was done to a record, told to a system."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadsus.api import auditing, v5r0_types
from pki import services as pki
from registry import snapshot
from registry.models import Person, Transaction
from rnds.services import systems
from tests.actors import acting
from tests.cadsus import wire
from tests.cadsus.test_v5r0 import USER, texts
from tests.cadsus.web import registrar, unify
from tests.cadsus.wire import SOAP_11, Reply
from tests.clock import Clock, now
from tests.factories import make_person
from tests.factories.credentials import make_credential
from tests.switches import Switch

pytestmark = pytest.mark.django_db


def asking(operation: str, inside: str) -> str:
    name = f"requestObter{operation}"
    return f'<{name} xmlns="{v5r0_types.AUDIT_SPACE}">{USER}{inside}</{name}>'


def of_record(person: Person) -> str:
    return (
        f"<IdentificadorCorporativo><numeroIdentificadorCorporativo>{person.pk}</numeroIdentificadorCorporativo>"
        "</IdentificadorCorporativo>"
    )


def of_card(number: str | None) -> str:
    return f"<CNS><numeroCNS>{number}</numeroCNS></CNS>"


def of_transaction(number: object) -> str:
    return f"<identificadorTransacao>{number}</identificadorTransacao>"


@pytest.fixture
def ask() -> Any:
    """A call with the WS-Security of a system of an active credential."""
    pki.ensure_authorities(at=now())
    credential = make_credential()
    access, password = systems.create_access(
        credential_id=credential.pk, username="hospital.ensaio", by=acting(credential.request.requested_by), at=now()
    )
    header = wire.security(access.username, password)

    def call(message: str, space: str = wire.SOAP_12, **environ: Any) -> Reply:
        body = wire.envelope(message, space, header)
        return wire.post(body, shown="", application=auditing.application, PATH_INFO=auditing.PATH, **environ)

    return call


def transaction(person: Person, kind: str = "ATUALIZADO", *, name: str = "") -> Transaction:
    """One more of a routine; with `name` the record had that name before."""
    after = snapshot.take([person.pk])[person.pk]
    before = {**after, "person": [{**after["person"][0], "name": name}]} if name else {}
    done: Transaction = Transaction.objects.create(
        kind=kind, at=now(), person=person, routine="RNDS 12", before=before, after=after
    )
    return done


def test_every_transaction_of_a_record_is_told_in_order_in_as_many_queries(ask: Any, clock: Clock) -> None:
    person, other = wire.make_known(), make_person()
    first = transaction(person, "ADICIONADO")
    transaction(other)
    message = asking("HistoricoTransacoesUsuarioSUS", of_record(person))
    ask(message)  # what a process reads once
    with CaptureQueriesContext(connection) as of_one:
        ask(message)
    clock.shift(timedelta(minutes=1))
    done = [first, *(transaction(person) for _ in range(3))]
    with CaptureQueriesContext(connection) as of_four:
        answer = ask(message)
    assert texts(answer, "identificadorTransacao") == [str(each.pk) for each in done]
    assert texts(answer, "TipoTransacao") == ["ADICIONADO", *["ATUALIZADO"] * 3]
    assert texts(answer, "Usuario") == ["RNDS 12"] * 4
    assert len(of_four) == len(of_one)


def test_the_last_change_is_that_of_the_last_transaction(ask: Any, clock: Clock) -> None:
    person = wire.make_known()
    transaction(person)
    clock.shift(timedelta(minutes=1))
    transaction(person)
    answer = ask(asking("UltimaDataAlteracaoUsuarioSUS", of_card(person.cns)))
    (told,) = texts(answer, "dataHoraUltimaModificacao")
    assert told.endswith("-03:00")
    assert datetime.fromisoformat(told) == now().replace(microsecond=0)


def test_a_transaction_tells_the_record_after_it_and_before_it(ask: Any) -> None:
    person = wire.make_known()
    changed = ask(asking("CamposAlteradosPorTransacao", of_transaction(transaction(person, name="MARIA ANTES").pk)))
    assert texts(changed, "Nome")[::3] == [person.name, "MARIA ANTES"]
    assert [len(texts(changed, name)) for name in ("UsuarioSUSAtual", "UsuarioSUSAntigo", "CNESUsuario")] == [1, 1, 1]
    added = ask(asking("CamposAlteradosPorTransacao", of_transaction(transaction(person).pk)))
    assert texts(added, "UsuarioSUSAntigo") == []


def test_a_unification_is_told_of_both_sides(ask: Any) -> None:
    survivor, absorbed = wire.make_known(), make_person(cpf=None, name="MARIA EXEMPLO SILVA")
    unify(survivor, absorbed, by=registrar())
    for person, linked in ((survivor, absorbed), (absorbed, survivor)):
        answer = ask(asking("HistoricoUnificacaoUsuarioSUS", of_record(person)))
        own = Transaction.objects.get(person=person, kind="UNIDO")
        assert texts(answer, "identificadorTransacao") == [str(own.pk)]
        assert texts(answer, "numeroIdentificadorCorporativo") == [str(linked.pk)]
    assert texts(ask(asking("HistoricoUnificacaoUsuarioSUS", of_record(make_person()))), "UsuarioSUSVinculado") == []


def test_no_card_was_printed(ask: Any) -> None:
    answer = ask(asking("HistoricoImpressao", of_card(wire.make_known().cns)))
    assert (answer.status, texts(answer, "ResultadoHistoricoImpressao")) == (200, [""])
    assert "nao imprime" in answer.headers["X-Simulador-Explicacao"]


@pytest.mark.parametrize(
    ("operation", "inside", "text"),
    [
        ("HistoricoTransacoesUsuarioSUS", "", "Falta IdentificadorCorporativo"),
        ("HistoricoTransacoesUsuarioSUS", of_record(Person(pk=0)), "Nenhum cadastro tem este identificador"),
        ("HistoricoUnificacaoUsuarioSUS", of_record(Person(pk=10**17)), "Nenhum cadastro tem este identificador"),
        ("UltimaDataAlteracaoUsuarioSUS", of_card("898001160366001"), "Nenhum cadastro tem este CNS"),
        ("HistoricoImpressao", of_card("898001160366001"), "Nenhum cadastro tem este CNS"),
        ("CamposAlteradosPorTransacao", of_transaction("x"), "Nenhuma transação"),
        ("OutraCoisa", "", "não conhece"),
    ],
)
def test_what_nobody_has_is_a_fault(ask: Any, operation: str, inside: str, text: str) -> None:
    answer = ask(asking(operation, inside))
    assert answer.status == 500
    assert text in answer.content.decode()


def test_a_record_that_never_changed_has_no_date(ask: Any) -> None:
    answer = ask(asking("UltimaDataAlteracaoUsuarioSUS", of_card(wire.make_known().cns)))
    assert "Nenhuma alteração" in answer.content.decode()


def test_with_the_base_down_or_without_a_user_nothing_is_said(ask: Any, switch: Switch) -> None:
    message = asking("HistoricoTransacoesUsuarioSUS", of_record(wire.make_known()))
    assert wire.post(message, shown="", application=auditing.application, PATH_INFO=auditing.PATH).status == 401
    assert ask(message, HTTP_X_SIMULADOR_CENARIO="fault-200").status == 200
    assert ask(message, space=SOAP_11).headers["Content-Type"].startswith("text/xml")
    switch(cadsus_available=False)
    assert ask(message).status == 503
