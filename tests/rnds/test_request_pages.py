"""The wizard on the screen: messages, drafts, paging without JavaScript, two tabs, midnight."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rnds.forms.system import WHOLE_NUMBER
from rnds.models import Credential, CredentialRequest
from rnds.services import requests, terms
from rnds.services.credentials import send_back_request
from rnds.services.requests.drafts import BAD_PHONE
from rnds.services.requests.lifecycle import INCOMPLETE
from rnds.services.requests.system import PRIVATE_RANGE
from rnds.views.steps import STEPS
from tests.actors import acting
from tests.clock import Clock
from tests.factories import (
    NOON,
    make_establishment,
    make_installation,
    make_manager,
    make_other_entity,
    make_person,
    make_staff,
)
from tests.factories.credentials import SYSTEM, accept, fill_draft, make_awaiting_terms, make_draft, make_token
from tests.switches import Switch

pytestmark = pytest.mark.django_db
OPEN = "/rnds/solicitacao/nova/"
TOMORROW = NOON + timedelta(days=1)
PERIODS = {"periodo-TOTAL_FORMS": "1", "periodo-INITIAL_FORMS": "0"}
NUMBERS = {name: value for name, value in SYSTEM.items() if name != "periods"}


@pytest.fixture
def draft(client: Any) -> CredentialRequest:
    request = make_draft()
    client.force_login(request.requested_by)
    return request


def step(request: CredentialRequest, slug: str) -> str:
    return reverse("rnds:request_step", args=[request.pk, slug])


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def reload(request: CredentialRequest) -> CredentialRequest:
    return CredentialRequest.objects.get(pk=request.pk)


# Opening


def test_opening_shows_the_message_beside_the_field(client: Any) -> None:
    manager = make_manager()
    client.force_login(manager)
    token = make_token(manager)
    assert text_of(client.post(OPEN, {})).count("Este campo é obrigatório.") == 4  # two fields and the summary
    sent = {"token_value": token.value, "counter_key": "-".join(["ABCD"] * 8)}
    text = text_of(client.post(OPEN, sent))
    assert "Contra-chave não reconhecida para este município." in text
    assert 'href="#id_counter_key"' in text
    assert token.value in text  # what was typed stays
    hostile = {"token_value": "\x00" * 5, "counter_key": "\u202e"}
    assert "campo" in text_of(client.post(OPEN, hostile))


def test_another_tab_opens_the_same_draft(draft: CredentialRequest, client: Any) -> None:
    sent = {"token_value": draft.token.value, "counter_key": draft.installation.counter_key}
    assert client.post(OPEN, sent).url == reverse("rnds:request_detail", args=[draft.pk])
    assert CredentialRequest.objects.count() == 1


def test_v10_is_shown_after_opening(authorities: None, client: Any) -> None:
    manager, installation = make_manager(), make_installation()
    accept(make_awaiting_terms(manager, installation=installation))
    client.force_login(manager)
    sent = {"token_value": make_token(manager).value, "counter_key": installation.counter_key}
    assert "ela será revogada ao concluir." in text_of(client.post(OPEN, sent, follow=True))


# Steps


@pytest.mark.parametrize("slug", STEPS)
def test_each_step_has_one_heading_and_its_place(draft: CredentialRequest, client: Any, slug: str) -> None:
    text = text_of(client.get(step(draft, slug)))
    assert text.count("<h1>") == 1
    assert 'aria-current="step"' in text
    assert "Válido até 23:59 (horário de Brasília)" in text


def test_the_local_hour_is_shown_beside_the_legal_one(client: Any) -> None:
    acre = make_other_entity()
    request = make_draft(make_manager(acre), entity=acre)
    client.force_login(request.requested_by)
    text = text_of(client.get(step(request, "certificado")))
    assert "Válido até 23:59 (horário de Brasília) — 21:59 no horário local (Acre)" in text


def test_a_saved_step_shows_its_date_and_its_data(client: Any) -> None:
    request = fill_draft(make_draft())
    client.force_login(request.requested_by)
    text = text_of(client.get(step(request, "estabelecimento")))
    assert "(11) 3214-5678" in text
    assert text.count("23/11/2026 às 12:00") >= 4
    assert "200.160.2.3" in text_of(client.get(step(request, "sistema")))
    assert request.requester.name in text_of(client.get(step(request, "gestor")))


def test_a_wrong_field_keeps_the_rest(draft: CredentialRequest, client: Any) -> None:
    text = text_of(client.post(step(draft, "estabelecimento"), {"phone": "123", "email": "ubs@ensaio.example"}))
    assert BAD_PHONE in text
    assert "ubs@ensaio.example" in text
    assert "Existem campos obrigatórios" not in text
    text = text_of(client.post(step(draft, "estabelecimento"), {"phone": "123", "email": ""}))
    assert INCOMPLETE in text
    assert reload(draft).establishment_email == ""


def test_names_from_the_base_cannot_become_markup(client: Any) -> None:
    establishment = make_establishment(name="<script>alert(1)</script>")
    request = make_draft(establishment=establishment)
    client.force_login(request.requested_by)
    for slug in STEPS:
        assert "<script>alert" not in text_of(client.get(step(request, slug)))


def test_unknown_steps_do_not_exist(draft: CredentialRequest, client: Any) -> None:
    assert client.get(step(draft, "outra")).status_code == 404


# Children: ticks survive paging and search without JavaScript


def test_children_over_two_pages(draft: CredentialRequest, client: Any) -> None:
    for number in range(25):
        make_establishment(name=f"UBS {number:02d}")
    requests.mark_all_children(request_id=draft.pk, search="", selected=True, by=acting(draft.requested_by), at=NOON)
    address = step(draft, "filhos")
    first = text_of(client.get(address))
    assert first.count('name="children"') == 20
    shown = re.findall(r'name="shown" value="(\d+)"', first)
    kept = shown[1:]
    answer = client.post(address, {"shown": shown, "children": kept, "pagina": "1", "de": "", "ir": "2"})
    assert answer.url == f"{address}?pagina=2"
    assert shown[0] not in set(reload(draft).children.values_list("pk", flat=True))
    second = text_of(client.get(answer.url))
    assert "checked" in second
    shown_second = re.findall(r'name="shown" value="(\d+)"', second)
    client.post(address, {"shown": shown_second, "children": shown_second, "pagina": "2", "salvar": "1"})
    row = reload(draft)
    assert row.children_confirmed
    assert row.children.count() == 25  # 24 of the new ones and the installation's own establishment


def test_children_found_by_search_and_selected_at_once(draft: CredentialRequest, client: Any) -> None:
    north, south = make_establishment(name="UBS Norte"), make_establishment(name="UBS Sul")
    address = step(draft, "filhos")
    client.post(address, {"nenhum": "1", "de": ""})
    assert not reload(draft).children.exists()
    found = client.post(address, {"q": "norte", "pesquisar": "1", "pagina": "3"})
    assert found.url == f"{address}?q=norte"
    assert south.name not in text_of(client.get(found.url))
    client.post(address, {"todos": "1", "de": "norte", "shown": [north.cnes]})
    assert list(reload(draft).children.all()) == [north]


def test_no_child_is_confirmed_first(draft: CredentialRequest, client: Any) -> None:
    address = step(draft, "filhos")
    client.post(address, {"nenhum": "1"})
    assert "Confirmo que a credencial servirá só ao estabelecimento pai" in text_of(client.get(address))
    assert "Nenhum estabelecimento filho foi selecionado." in text_of(client.post(address, {"salvar": "1"}))
    assert client.post(address, {"salvar": "1", "none_confirmed": "1"}).url == step(draft, "gestor")


def test_hostile_ticks_do_nothing(draft: CredentialRequest, client: Any) -> None:
    before = set(reload(draft).children.values_list("pk", flat=True))
    sent = {"shown": ["\x00", "' OR 1=1", "9" * 500], "children": ["\x00", "x"], "pagina": "-1", "de": "\x00"}
    assert client.post(step(draft, "filhos"), sent).status_code == 302
    assert set(reload(draft).children.values_list("pk", flat=True)) == before
    assert client.get(f"{step(draft, 'filhos')}?pagina=x&q=%00").status_code == 200


# Responsible


def test_the_look_up_answers_with_and_without_javascript(draft: CredentialRequest, client: Any) -> None:
    person = make_person(name="Maria do Ensaio")
    partial = text_of(client.post(reverse("rnds:request_person", args=[draft.pk]), {"cns": person.cns}))
    assert "Maria do Ensaio" in partial
    assert "<html" not in partial
    whole = text_of(client.post(step(draft, "gestor"), {"cpf": person.cpf, "phone": "119", "consultar": "1"}))
    assert "Maria do Ensaio" in whole
    assert 'value="119"' in whole
    assert reload(draft).responsible is None
    missing = text_of(client.post(reverse("rnds:request_person", args=[draft.pk]), {"cpf": "529.982.247-25"}))
    assert "Pessoa não encontrada no CADSUS." in missing
    assert client.get(reverse("rnds:request_person", args=[draft.pk])).status_code == 405


# System


def test_one_more_period_keeps_what_was_typed(draft: CredentialRequest, client: Any) -> None:
    sent = {**PERIODS, "ip_first": "1.2.3", "periodo-0-turn": "night", "periodo-0-start": "19:00", "adicionar": "1"}
    text = text_of(client.post(step(draft, "sistema"), sent))
    assert 'value="1.2.3"' in text
    assert 'name="periodo-1-turn"' in text
    assert 'value="19:00"' in text
    assert "IP inválido." not in text
    three = sent | {"periodo-TOTAL_FORMS": "9"}
    assert 'name="periodo-3-turn"' not in text_of(client.post(step(draft, "sistema"), three))


def test_periods_and_numbers_are_judged_together(draft: CredentialRequest, client: Any) -> None:
    sent = {**NUMBERS, **PERIODS, "recorded_visits": "muitos", "periodo-0-turn": "morning"}
    text = text_of(client.post(step(draft, "sistema"), sent))
    assert WHOLE_NUMBER in text
    assert "Este campo é obrigatório." in text
    late = {**NUMBERS, **PERIODS, "periodo-0-turn": "morning", "periodo-0-start": "09:00", "periodo-0-end": "08:00"}
    assert "O horário de fim deve ser posterior ao de início." in text_of(client.post(step(draft, "sistema"), late))
    both = {**NUMBERS, **PERIODS, "ip_last": "1.1.1.1", "visits_per_day_min": "99"}
    text = text_of(client.post(step(draft, "sistema"), both))
    assert "O IP final deve ser maior ou igual ao IP inicial." in text
    assert "O mínimo não pode ser maior que o máximo." in text


def test_warnings_go_with_the_person_to_the_next_step(draft: CredentialRequest, client: Any) -> None:
    sent = {**NUMBERS, **PERIODS, "ip_first": "10.0.0.1", "ip_last": "10.0.0.9"}
    text = text_of(client.post(step(draft, "sistema"), sent, follow=True))
    assert PRIVATE_RANGE in text


def test_the_review_names_what_lacks(draft: CredentialRequest, client: Any) -> None:
    text = text_of(client.post(step(draft, "revisao")))
    assert INCOMPLETE in text
    assert text.count("FALTA PREENCHER") == 5
    assert "Certificado digital, Estabelecimento cessionário, Estabelecimentos filhos, Gestor responsável" in text


# The termo


@pytest.fixture
def awaiting(authorities: None, client: Any) -> CredentialRequest:
    request = make_awaiting_terms()
    client.force_login(request.requested_by)
    return request


def terms_url(request: CredentialRequest) -> str:
    return reverse("rnds:request_terms", args=[request.pk])


def answer_of(request: CredentialRequest) -> dict[str, str]:
    return {"accepted": "on", "shown_hash": terms.render_terms(request=request, at=NOON).sha256}


def test_the_termo_wants_its_checkbox(awaiting: CredentialRequest, client: Any) -> None:
    text = text_of(client.post(terms_url(awaiting), {"shown_hash": answer_of(awaiting)["shown_hash"]}))
    assert "Para continuar, marque «Aceito os termos de uso»." in text
    assert reload(awaiting).status == "awaiting_terms"


def test_cancelling_the_termo_keeps_the_draft(awaiting: CredentialRequest, client: Any) -> None:
    assert client.post(terms_url(awaiting), {"cancelar": "1"}).url == step(awaiting, "revisao")
    assert reload(awaiting).status == "draft"
    assert client.get(terms_url(awaiting)).url == reverse("rnds:request_detail", args=[awaiting.pk])


def test_a_stale_termo_is_shown_again_with_its_new_hash(awaiting: CredentialRequest, client: Any) -> None:
    text = text_of(client.post(terms_url(awaiting), {"accepted": "on", "shown_hash": "0" * 64}))
    assert "O termo mudou desde que foi exibido." in text
    assert answer_of(awaiting)["shown_hash"] in text


def test_a_double_click_leads_to_the_result(awaiting: CredentialRequest, client: Any) -> None:
    sent = answer_of(awaiting)
    for _ in range(2):
        text = text_of(client.post(terms_url(awaiting), sent, follow=True))
        assert "Sua credencial foi gerada com sucesso!" in text
    assert Credential.objects.count() == 1
    assert str(Credential.objects.get().requester_id) in text


def test_a_click_that_lost_the_race_is_told_the_number(
    awaiting: CredentialRequest, client: Any, monkeypatch: Any
) -> None:
    sent = answer_of(awaiting)
    stale = reload(awaiting)
    client.post(terms_url(awaiting), sent)
    # The other click read the row before the first one committed.
    monkeypatch.setattr("rnds.views.requests.visible_request", lambda request, pk: stale)
    answer = client.post(terms_url(awaiting), sent)
    assert answer.url == reverse("rnds:request_detail", args=[awaiting.pk])
    monkeypatch.undo()
    text = text_of(client.get(answer.url))
    assert f"Este token já foi utilizado na solicitação nº {awaiting.pk}." in text


# Midnight and after


def test_midnight_closes_the_form_and_offers_a_copy(client: Any, clock: Clock) -> None:
    manager = make_manager()
    request = fill_draft(make_draft(manager))
    clock.move_to(TOMORROW)
    client.force_login(manager)
    typed = {"phone": "1133334444", "email": "tarde@ensaio.example"}
    text = text_of(client.post(step(request, "estabelecimento"), typed))
    assert "Token expirado. A validade do token é até às 23:59h" in text
    assert "tarde@ensaio.example" in text
    page = text_of(client.get(step(request, "estabelecimento"), follow=True))
    assert "DESCARTADA" in page
    assert f"{OPEN}?copiar={request.pk}" in page

    token = make_token(manager, request.establishment, at=TOMORROW)
    assert f'name="copiar" value="{request.pk}"' in text_of(client.get(f"{OPEN}?copiar={request.pk}"))
    sent = {"token_value": token.value, "counter_key": request.installation.counter_key, "copiar": str(request.pk)}
    text = text_of(client.post(OPEN, sent, follow=True))
    assert f"Dados da solicitação nº {request.pk} copiados." in text
    assert CredentialRequest.objects.latest("pk").ip_first == request.ip_first


def test_a_discarded_request_is_readable_for_thirty_days(draft: CredentialRequest, client: Any, clock: Clock) -> None:
    requests.discard_overtaken(at=TOMORROW)
    detail = reverse("rnds:request_detail", args=[draft.pk])
    for left, status in ((timedelta(microseconds=1), 200), (timedelta(0), 404)):
        clock.move_to(TOMORROW + timedelta(days=30) - left)
        client.force_login(draft.requested_by)
        assert client.get(detail).status_code == status
    assert f"nº {draft.pk}" not in text_of(client.get("/rnds/"))


def test_the_children_page_costs_the_same_with_ten_rows(draft: CredentialRequest, client: Any) -> None:
    address = step(draft, "filhos")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(10):
        make_establishment()
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_the_termo_left_open_past_midnight(awaiting: CredentialRequest, client: Any, clock: Clock) -> None:
    sent = answer_of(awaiting)
    clock.move_to(TOMORROW)
    client.force_login(awaiting.requested_by)
    assert "Token expirado." in text_of(client.post(terms_url(awaiting), sent))
    assert client.get(terms_url(awaiting)).url == reverse("rnds:request_detail", args=[awaiting.pk])
    assert "Token expirado." in text_of(client.post(terms_url(awaiting), {"cancelar": "1"}, follow=True))
    assert not Credential.objects.exists()


def test_a_copy_of_somebody_elses_request_is_not_offered(draft: CredentialRequest, client: Any) -> None:
    theirs = make_draft()
    for asked in (str(theirs.pk), "x", "9" * 40, "-1", "²"):
        assert 'name="copiar"' not in text_of(client.get(f"{OPEN}?copiar={asked}"))


def test_a_colleague_sees_the_request_and_changes_nothing(draft: CredentialRequest, client: Any) -> None:
    client.force_login(make_manager())
    text = text_of(client.get(step(draft, "certificado"), follow=True))
    assert f"Solicitação nº {draft.pk}" in text
    assert "Salvar e Continuar" not in text
    assert client.get(reverse("rnds:request_withdraw", args=[draft.pk])).status_code == 403


def test_giving_up_asks_first(draft: CredentialRequest, client: Any) -> None:
    address = reverse("rnds:request_withdraw", args=[draft.pk])
    text_of(client.get(address))
    assert reload(draft).status == "draft"
    assert client.post(address).url == "/rnds/"
    assert reload(draft).status == "cancelled"
    assert client.post(address).status_code == 409


# Analyst mode on the requester's side


def test_a_pendencia_is_corrected_on_the_same_screens(authorities: None, client: Any, switch: Switch) -> None:
    switch(review_mode="analista")
    request = accept(make_awaiting_terms())
    client.force_login(request.requested_by)
    detail = reverse("rnds:request_detail", args=[request.pk])
    assert "em análise pelo Ministério" in text_of(client.get(detail))
    send_back_request(request_id=request.pk, reason="Telefone errado da UBS", by=acting(make_staff()), at=NOON)
    assert "Telefone errado da UBS" in text_of(client.get(detail))
    answer = client.post(step(request, "estabelecimento"), {"phone": "1133334444", "email": "n@ensaio.example"})
    assert answer.status_code == 302
    assert "Reenviar para análise" in text_of(client.get(step(request, "revisao")))
    resubmit = reverse("rnds:request_resubmit", args=[request.pk])
    assert "reenviada para análise" in text_of(client.post(resubmit, follow=True))
    assert client.post(resubmit).status_code == 409


# Another tab moved the request on


def test_the_termo_of_a_request_that_went_back_says_so(client: Any) -> None:
    row = make_awaiting_terms()
    client.force_login(row.requested_by)
    address = reverse("rnds:request_terms", args=[row.pk])
    shown = client.get(address).context["form"].initial["shown_hash"]
    client.post(address, {"cancelar": "1"})
    answer = client.post(address, {"shown_hash": shown, "agree": "on"}, follow=True)
    assert "voltou ao formulário em outra aba, e nada foi confirmado" in text_of(answer)
    assert reload(row).status == CredentialRequest.Status.DRAFT


def test_a_form_of_a_request_that_waits_for_the_termo_says_so(client: Any) -> None:
    row = make_awaiting_terms()
    client.force_login(row.requested_by)
    assert "aguarda o termo" in text_of(client.get(step(row, "filhos"), follow=True))


def test_the_termo_of_a_request_that_ended_says_so(client: Any, authorities: None) -> None:
    row = make_awaiting_terms()
    client.force_login(row.requested_by)
    accept(row)
    answer = client.get(reverse("rnds:request_terms", args=[row.pk]), follow=True)
    assert "está na situação CONCLUÍDA" in text_of(answer)
