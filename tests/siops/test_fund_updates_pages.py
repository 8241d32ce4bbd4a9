"""The screens of the fund update and of the tickets: roles by direct request, foreign rows, stale forms, costs."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.models import OutboxMessage
from siops.models import Attachment, FundUpdate
from siops.models.scoped import TECHNICIAN
from siops.services.attachments import attach
from siops.services.fund_updates import STALE, fields_hash
from siops.services.sample_papers import MARK
from territory.models import Entity
from tests.actors import acting
from tests.factories import NOON, make_entity, make_other_entity, siops
from tests.factories.siops import Acting
from tests.siops import papers
from tests.siops.support import everybody, session_of, traces
from tickets.models import SupportTicket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
PEOPLE = (
    "head",
    "head_substitute",
    "secretary",
    "secretary_substitute",
    "council",
    "technician",
    "coordination",
    "checker",
    "certifier",
    "auditor",
)
# fmt: off
# A request straight to the server; a staff account has no entity and is led to the door of the SIOPS (302).
FUND = {
    #                                  head  subst secr  subst coun  tech  coord check certi audit
    ("GET", "/siops/fns/"):             (200, 200, 200, 200, 403, 403, 302, 302, 302, 302),
    ("POST", "/siops/fns/abrir/"):      (302, 302, 302, 302, 403, 403, 302, 302, 302, 302),
    ("GET", "/siops/fns/{u}/"):         (200, 200, 200, 200, 403, 403, 302, 302, 302, 302),
    ("GET", "/siops/fns/{u}/editar/"):  (200, 200, 200, 200, 403, 403, 302, 302, 302, 302),
    ("POST", "/siops/fns/{u}/editar/"): (200, 200, 200, 200, 403, 403, 302, 302, 302, 302),
    ("GET", "/siops/fns/{u}/anexos/"):  (200, 200, 200, 200, 403, 403, 302, 302, 302, 302),
    ("POST", "/siops/fns/{u}/anexos/"): (200, 200, 200, 200, 403, 403, 302, 302, 302, 302),
    ("POST", "/siops/fns/{u}/enviar/"): (200, 200, 200, 200, 403, 403, 302, 302, 302, 302),
    ("GET", "/siops/fns/{u}/imprimir/"): (200, 200, 200, 200, 403, 403, 302, 302, 302, 302),
    ("GET", "/siops/ministerio/fns/"):  (403, 403, 403, 403, 403, 403, 403, 200, 403, 200),
    ("GET", "/siops/ministerio/fns/{s}/"): (403, 403, 403, 403, 403, 403, 403, 200, 403, 200),
    ("POST", "/siops/ministerio/fns/{s}/assumir/"): (403, 403, 403, 403, 403, 403, 403, 302, 403, 403),
    ("GET", "/siops/ministerio/fns/{s}/devolver/"): (403, 403, 403, 403, 403, 403, 403, 409, 403, 403),
    ("POST", "/siops/ministerio/fns/{s}/devolver/"): (403, 403, 403, 403, 403, 403, 403, 409, 403, 403),
    ("POST", "/siops/ministerio/fns/{s}/aprovar/"): (403, 403, 403, 403, 403, 403, 403, 409, 403, 403),
    ("GET", "/siops/ministerio/fns/{u}/"): (403, 403, 403, 403, 403, 403, 403, 404, 403, 404),
}
TICKETS = {
    ("GET", "/siops/chamados/"):               (403, 403, 200, 200, 403, 200, 302, 302, 302, 302),
    ("GET", "/siops/chamados/novo/"):          (403, 403, 200, 200, 403, 200, 302, 302, 302, 302),
    ("POST", "/siops/chamados/novo/"):         (403, 403, 200, 200, 403, 200, 302, 302, 302, 302),
    ("GET", "/siops/chamados/{t}/"):           (403, 403, 200, 200, 403, 200, 302, 302, 302, 302),
    ("POST", "/siops/chamados/{t}/resolver/"): (403, 403, 409, 409, 403, 409, 302, 302, 302, 302),
    ("GET", "/siops/chamados/{t}/reabrir/"):   (403, 403, 409, 409, 403, 409, 302, 302, 302, 302),
    ("POST", "/siops/chamados/{t}/reabrir/"):  (403, 403, 409, 409, 403, 409, 302, 302, 302, 302),
    ("GET", "/siops/ministerio/chamados/"):          (403, 403, 403, 403, 403, 403, 200, 403, 403, 200),
    ("GET", "/siops/ministerio/chamados/{t}/"):      (403, 403, 403, 403, 403, 403, 200, 403, 403, 200),
    ("POST", "/siops/ministerio/chamados/{t}/"):     (403, 403, 403, 403, 403, 403, 200, 403, 403, 403),
    ("GET", "/siops/ministerio/chamados/{t}/liberar/"):  (403, 403, 403, 403, 403, 403, 200, 403, 403, 403),
    ("POST", "/siops/ministerio/chamados/{t}/liberar/"): (403, 403, 403, 403, 403, 403, 200, 403, 403, 403),
}
# fmt: on


def ask(session: Client, method: str, address: str) -> int:
    """Status of the answer, in a browser with that session; whatever the request changed is undone."""
    browser = Client(raise_request_exception=True)
    browser.cookies.update(session.cookies)
    mark = transaction.savepoint()
    status: int = getattr(browser, method.lower())(address).status_code
    transaction.savepoint_rollback(mark)
    return status


def sessions_in(entity: Entity) -> dict[str, Client]:
    """One of each, who entered once."""
    people = everybody(entity)
    return {name: session_of(people[name]) for name in PEOPLE}


def rows_of(entity: Any) -> dict[str, int]:
    """A draft `u`, an update `s` already sent (of another entity: only one is open at a time) and a ticket `t`."""
    sent = siops.make_fund_update(make_other_entity(), status="sent", sent_at=NOON)
    return {"u": siops.make_fund_update(entity).pk, "s": sent.pk, "t": siops.make_ticket(entity).pk}


@pytest.mark.parametrize("table", [FUND, TICKETS], ids=["fund", "tickets"])
def test_each_role_gets_its_answer(table: dict[tuple[str, str], tuple[int, ...]]) -> None:
    entity = make_entity()
    sessions, rows = sessions_in(entity), rows_of(entity)
    answers = {
        (method, address): tuple(ask(sessions[name], method, address.format(**rows)) for name in PEOPLE)
        for method, address in table
    }
    assert answers == table


@pytest.mark.parametrize("table", [FUND, TICKETS], ids=["fund", "tickets"])
def test_rows_of_another_entity_do_not_exist(table: dict[tuple[str, str], tuple[int, ...]]) -> None:
    sessions = sessions_in(make_entity())
    foreign = siops.make_fund_update(make_other_entity())
    rows = {"u": foreign.pk, "s": foreign.pk, "t": siops.make_ticket(make_other_entity()).pk}
    before = traces()
    for method, address in table:
        if "{" not in address or "/ministerio/" in address:
            continue
        answers = {name: ask(sessions[name], method, address.format(**rows)) for name in PEOPLE[:6]}
        assert set(answers.values()) == {404}, (method, address, answers)
    assert traces() == before


def test_without_a_session_every_screen_leads_to_its_own_door() -> None:
    rows = rows_of(make_entity())
    for method, address in [*FUND, *TICKETS]:
        asked = address.format(**rows)
        response = getattr(Client(), method.lower())(asked)
        door = "admin:login" if "/ministerio/" in address else "siops:sign_in"
        assert response.status_code == 302
        assert urlsplit(response["Location"]).path == reverse(door), asked


# --- The form ---


@pytest.fixture
def secretary() -> Acting:
    return siops.make_acting()


def fields(update: FundUpdate, **changes: str) -> dict[str, str]:
    return {
        "cnpj": update.cnpj,
        "entity_name": update.entity_name,
        "institutional_email": update.institutional_email,
        "phone": "(11) 3333-4444",
        "postal_code": "01001-000",
        "address": update.address,
        "director_name": update.director_name,
        "director_cpf": update.director_cpf,
        "director_position": update.director_position,
        "director_identity": update.director_identity,
        "shown_hash": fields_hash(update),
    } | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"institutional_email": "eu@gmail.com"}, "gmail.com é um provedor público"),
        ({"institutional_email": "nada"}, "E-mail inválido."),
        ({"cnpj": "11.111.111/1111-11"}, "CNPJ inválido"),
        ({"director_cpf": "111.111.111-11"}, "CPF inválido"),
        ({"phone": "123"}, "Telefone inválido. Informe DDD + número."),
        ({"postal_code": "00000-000"}, "CEP inválido"),
        ({"postal_code": "0100100"}, "CEP inválido"),
        ({"director_name": "Maria"}, "Informe o nome completo"),
        ({"director_name": "Maria\u202e Silva"}, "caracteres não permitidos"),
        ({"address": ""}, "Este campo é obrigatório."),
        ({"shown_hash": "outra"}, STALE),
    ],
)
def test_a_wrong_field_is_explained_and_nothing_is_saved(
    secretary: Acting, changes: dict[str, str], message: str
) -> None:
    update = siops.make_fund_update()
    before = traces()
    response = session_of(secretary).post(f"/siops/fns/{update.pk}/editar/", fields(update, **changes))
    assert response.status_code == 200
    assert message in response.content.decode()
    assert traces() == before


def test_a_right_form_is_saved_in_its_normal_form(secretary: Acting) -> None:
    update = siops.make_fund_update()
    response = session_of(secretary).post(f"/siops/fns/{update.pk}/editar/", fields(update))
    assert response.status_code == 302
    saved = FundUpdate.objects.get(pk=update.pk)
    assert (saved.phone, saved.postal_code) == ("1133334444", "01001000")


def test_after_a_stale_page_the_person_decides_with_what_was_typed(secretary: Acting) -> None:
    update, client = siops.make_fund_update(), session_of(secretary)
    address = f"/siops/fns/{update.pk}/editar/"
    client.post(address, fields(update))
    page = client.post(address, fields(update, address="Rua do Segundo, 2")).content.decode()
    assert "Revise novamente." in page
    assert "Rua do Segundo, 2" in page
    shown = re.search(r'name="shown_hash" value="([0-9a-f]{64})"', page)
    assert shown
    client.post(address, fields(update, address="Rua do Segundo, 2", shown_hash=shown[1]))
    assert FundUpdate.objects.get(pk=update.pk).address == "Rua do Segundo, 2"


def test_two_tabs_leave_every_field_as_it_was_typed(secretary: Acting) -> None:
    update, client = siops.make_fund_update(), session_of(secretary)
    address = f"/siops/fns/{update.pk}/editar/"
    client.post(address, fields(update))
    typed = fields(update, address="Rua do Segundo, 2")
    page = client.post(address, typed)
    assert "[&#x27;" not in page.content.decode()
    form = page.context["form"]
    shown = {name: re.sub(r"[./-]", "", form[name].value()) for name in typed if name != "shown_hash"}
    assert shown == {name: re.sub(r"[./-]", "", value) for name, value in typed.items() if name != "shown_hash"}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    # The declared type is a lie on purpose: nobody looks at it.
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (papers.EXE, "Tipo de arquivo não aceito: envie PDF, PNG ou JPEG."),
        (papers.HTML, "Tipo de arquivo não aceito"),
        (papers.SVG, "Tipo de arquivo não aceito"),
        (papers.pdf() + papers.zipped(), "O arquivo traz outro conteúdo"),
        (b"", "O arquivo está vazio."),
        (b"%PDF-" + b"0" * 11 * 1024 * 1024, "O arquivo tem mais de 10 MB."),
    ],
)
def test_a_hostile_upload_is_explained_and_nothing_is_kept(secretary: Acting, content: bytes, message: str) -> None:
    update = siops.make_fund_update()
    before = traces()
    data = {"kind": "letter", "file": upload("oficio.pdf", content)}
    response = session_of(secretary).post(f"/siops/fns/{update.pk}/anexos/", data)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert traces() == before


def test_uploads_lead_from_one_missing_document_to_the_next(secretary: Acting) -> None:
    update, client = siops.make_fund_update(), session_of(secretary)
    address = f"/siops/fns/{update.pk}/anexos/"
    for kind in Attachment.FOR_FUND_UPDATE:
        assert f'<option value="{kind.value}" selected>' in client.get(address).content.decode()
        response = client.post(address, {"kind": kind.value, "file": upload("a.png", papers.png())})
    assert response["Location"] == f"/siops/fns/{update.pk}/"
    page = client.get(f"/siops/fns/{update.pk}/").content.decode()
    assert "Enviar para conferência" in page
    assert "FALTA" not in page


def test_once_sent_no_screen_edits_it(secretary: Acting) -> None:
    update = siops.make_fund_update(status="sent", sent_at=NOON)
    client = session_of(secretary)
    for name in ("editar", "anexos"):
        assert client.get(f"/siops/fns/{update.pk}/{name}/").status_code == 409
        assert client.post(f"/siops/fns/{update.pk}/{name}/", fields(update)).status_code == 409
    page = client.get(f"/siops/fns/{update.pk}/").content.decode()
    assert "Editar Anexo I" not in page
    assert "Enviar para conferência" not in page


def test_html_in_the_data_is_only_text(secretary: Acting) -> None:
    update = siops.make_fund_update(director_name="<script>alert(1)</script>")
    for name in ("", "editar/", "imprimir/"):
        assert b"<script>alert" not in session_of(secretary).get(f"/siops/fns/{update.pk}/{name}").content


def test_the_sheet_says_that_it_is_simulated(secretary: Acting) -> None:
    update = siops.make_fund_update()
    page = session_of(secretary).get(f"/siops/fns/{update.pk}/imprimir/").content.decode()
    assert MARK in page
    assert update.director_name in page


# --- The ministry's desk ---


def test_the_desk_takes_returns_and_approves(secretary: Acting) -> None:
    update, staff = siops.make_fund_update(opened_by=secretary.user), session_of(siops.make_checker())
    for kind in Attachment.FOR_FUND_UPDATE:
        attach(owner=update, kind=kind, filename="a.pdf", content=papers.pdf(), by=acting(secretary), at=NOON)
    client, base = session_of(secretary), f"/siops/ministerio/fns/{update.pk}/"

    def send() -> None:
        page = client.get(f"/siops/fns/{update.pk}/").content.decode()
        shown = re.search(r'name="shown_hash" value="([0-9a-f]{64})"', page)
        assert shown
        assert client.post(f"/siops/fns/{update.pk}/enviar/", {"shown_hash": shown[1]}).status_code == 302

    send()
    assert staff.post(f"{base}assumir/").status_code == 302
    short = staff.post(f"{base}devolver/", {"cause": "other", "reason": "curto"})
    assert "mínimo de 10 caracteres" in short.content.decode()
    assert staff.post(f"{base}devolver/", {"cause": "unsigned", "reason": "Falta a página 2."}).status_code == 302
    assert (
        "O Anexo I não está assinado pelo dirigente. Falta a página 2."
        in client.get(f"/siops/fns/{update.pk}/").content.decode()
    )
    send()
    staff.post(f"{base}assumir/")
    staff.post(f"{base}aprovar/")
    assert FundUpdate.objects.get(pk=update.pk).status == "approved"
    assert OutboxMessage.objects.filter(to_email=update.institutional_email).count() == 1


def test_a_ticket_goes_through_the_screens() -> None:
    technician = siops.make_acting(TECHNICIAN)
    client, staff = session_of(technician), session_of(siops.make_coordinator())
    data = {"subject": "Crítica que não sai", "rule_code": "SIM-I07", "text": "Já corrigi e continua impedindo."}
    refused = client.post("/siops/chamados/novo/", data | {"file": upload("a.zip", papers.pdf())})
    assert "não é de um arquivo .zip" in refused.content.decode()
    assert not SupportTicket.objects.exists()
    client.post("/siops/chamados/novo/", data | {"file": upload("a.zip", papers.zipped())})
    ticket = SupportTicket.objects.get()
    desk, own = f"/siops/ministerio/chamados/{ticket.pk}/", f"/siops/chamados/{ticket.pk}/"
    given = {"rule_code": "SIM-I07", "year": "2026", "bimester": "1", "version": "1", "reason": "Regra com defeito."}
    assert staff.post(f"{desk}liberar/", given).status_code == 302
    assert "já foi liberada" in staff.post(f"{desk}liberar/", given).content.decode()
    assert staff.post(desk, {"text": "Liberada só desta vez."}).status_code == 302
    page = client.get(own).content.decode()
    assert "Liberada só desta vez." in page
    assert "1º bimestre de 2026" in page
    again = {"text": "Continua impedindo.", "file": upload("b.zip", papers.zipped())}
    assert client.post(f"{own}reabrir/", again).status_code == 302
    staff.post(desk, {"text": "Agora sim, corrigido."})
    assert client.post(f"{own}resolver/").status_code == 302
    assert SupportTicket.objects.get().status == "solved"
    assert staff.get(f"{desk}liberar/").status_code == 409


def test_the_queue_shows_who_is_late(noon: Any) -> None:
    siops.make_ticket(at=NOON)
    staff = siops.make_coordinator()
    assert b"ATRASADO" not in session_of(staff).get("/siops/ministerio/chamados/").content
    noon.shift(72 * 3600 - 0.000001)
    assert b"ATRASADO" not in session_of(staff).get("/siops/ministerio/chamados/").content
    noon.shift(0.000001)
    assert b"ATRASADO" in session_of(staff).get("/siops/ministerio/chamados/").content


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "address", ["/siops/fns/", "/siops/chamados/", "/siops/ministerio/fns/", "/siops/ministerio/chamados/"]
)
def test_a_list_costs_the_same_with_one_row_and_with_ten(address: str, secretary: Acting) -> None:
    staff = siops.make_checker() if "fns" in address else siops.make_coordinator()
    client = session_of(staff if "ministerio" in address else secretary)
    approved: dict[str, Any] = {"status": "approved", "sent_at": NOON, "checked_by": staff, "checked_at": NOON}

    def add() -> None:
        siops.make_fund_update(**approved)
        siops.make_ticket()

    add()
    client.get(address)
    one = cost(client, address)
    for _ in range(9):
        add()
    assert cost(client, address) == one
