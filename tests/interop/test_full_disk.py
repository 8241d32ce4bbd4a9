"""The disk is full: who asks is answered, who writes is refused in words, and the log says what it could not keep."""

import logging

import pytest
from django.core.cache import cache

from cadsus.models import LocalIdentifier
from interop import journal
from interop.models import Exchange, Message
from registry.models import Person
from tests.cadsus.pix import record, send
from tests.cadsus.wire import by_id, post, query
from tests.factories import make_establishment, make_municipality, make_person
from tests.full_disk import full_disk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_limit_yet() -> None:
    cache.clear()


@pytest.mark.parametrize("table", ["interop_exchange", "interop_message"])
def test_a_log_that_cannot_be_written_costs_its_lines_and_no_answer(
    table: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked = query(by_id(str(make_person().cpf)))
    with full_disk(table), caplog.at_level(logging.WARNING, "ensaio.interop"):
        answer = post(asked)
        assert journal.write() == 1
    assert (answer.status, answer.code) == (200, "OK")
    assert "1 chamadas ficaram sem registro" in caplog.text
    assert "No space left on device" in caplog.text
    lost = answer.headers["X-Simulador-Request-Id"]
    assert not Message.objects.filter(exchange__request_id=lost).exists()

    # Once there is room again the next call is kept whole.
    after = post(asked)
    assert journal.write() == 1
    assert Exchange.objects.filter(request_id=after.headers["X-Simulador-Request-Id"]).exists()
    assert Message.objects.count() == 1


def test_who_writes_is_refused_in_words_and_nothing_is_stored() -> None:
    make_municipality()
    cnes = make_establishment().cnes
    with full_disk("registry_cns"):
        answer = send(record(cpf="11144477735"), cnes)
    assert answer.status == 503
    assert "disco do simulador esta cheio" in answer.headers["X-Simulador-Explicacao"]
    assert answer.headers["Retry-After"]
    assert (Person.objects.count(), LocalIdentifier.objects.count()) == (0, 0)
    assert send(record(cpf="11144477735"), cnes).value("acknowledgement/typeCode", "code") == "CA"
