"""The screens «Geração de Token» and «Tokens gerados»: what the fund sees and does, and what nobody else may."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User
from common.models import AuditEvent
from egestor.forms.tokens import CHOOSE_ESTABLISHMENT
from egestor.models import DeploymentToken
from egestor.services.tokens import cancel_token, redeem_token
from tests.actors import acting
from tests.clock import Clock
from tests.egestor.support import Stage, instant, make_noronha, make_stage, stored, traces
from tests.factories import (
    NOON,
    make_administrator,
    make_establishment,
    make_member,
    make_other_entity,
    make_person,
    make_staff,
)
from tests.switches import Switch

pytestmark = pytest.mark.django_db
CREATE, SEARCH, LIST = "/e-gestor/token/", "/e-gestor/token/responsavel/", "/e-gestor/tokens/"
ONLY_FUNDS = "Para gerar o token é necessário entrar com o CNPJ do Fundo Municipal de Saúde."
NO_PROFILE = (
    "Este CPF ainda não possui o perfil GESTOR DO PROGRAMA MUNICIPAL no programa IMPLANTAÇÃO E-SUS APS; "
    "sem ele não será possível usar o token."
)
Status = DeploymentToken.Status


@pytest.fixture
def stage() -> Stage:
    return make_stage()


@pytest.fixture
def noon(clock: Clock) -> Clock:
    return clock


@pytest.fixture
def fund(client: Client, stage: Stage) -> Client:
    client.force_login(stage.fund.user)
    return client


def at_instant(noon: Any, client: Client, stage: Stage, text: str) -> None:
    """Move the clock and sign in anew: sessions last two hours."""
    noon.move_to(instant(text))
    client.force_login(stage.fund.user)


def text_of(response: Any) -> str:
    """The page as somebody reads it: no tags, single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def cancel_url(token: DeploymentToken) -> str:
    return f"{LIST}{token.pk}/cancelar/"


def form(stage: Stage, **changes: str) -> dict[str, str]:
    cpf = stage.person.cpf_text
    data = {"cpf": cpf, "confirmed_cpf": cpf, "establishment": stage.establishment.cnes, "gerar": "1"}
    return data | changes


# --- «Geração de Token» ---


def test_the_form_shows_the_fund_and_only_its_open_establishments(fund: Client, stage: Stage) -> None:
    closed = make_establishment(stage.fund.entity, is_active=False)
    foreign = make_establishment(make_other_entity())
    response = fund.get(CREATE)
    page = text_of(response)
    assert "Preencha o formulário abaixo para a geração de token para o Portal de Serviços." in page
    for label in (
        "Dados do Fundo Municipal de Saúde",
        "Usuário responsável pela geração do token",
        "Dados do Estabelecimento",
        "Buscar",
        "- Selecione o Estabelecimento -",
        "Gerar Token",
        "Geração de Token",
        "Tokens gerados",
        stage.fund.name,
        stage.establishment.name,
    ):
        assert label in page
    assert closed.cnes not in page
    assert foreign.cnes not in page
    assert response.content.decode().count("<h1") == 1


@pytest.mark.parametrize("url", [CREATE, SEARCH])
def test_search_shows_the_name_and_keeps_the_choice(fund: Client, stage: Stage, url: str) -> None:
    cnes = stage.establishment.cnes
    response = fund.post(url, {"cpf": stage.person.cpf_text, "establishment": cnes, "buscar": "1"})
    assert response.status_code == 200
    assert stage.person.name in text_of(response)
    assert NO_PROFILE not in text_of(response)
    assert re.search(rf'name="confirmed_cpf"\s+value="{stage.person.cpf_text}"', response.content.decode())
    if url == CREATE:
        assert f'<option value="{cnes}" selected>' in response.content.decode()
    assert not DeploymentToken.objects.exists()


@pytest.mark.parametrize("url", [CREATE, SEARCH])
def test_search_warns_about_the_missing_profile(fund: Client, stage: Stage, url: str) -> None:
    stranger = make_person()
    page = text_of(fund.post(url, {"cpf": stranger.cpf, "buscar": "1"}))
    assert stranger.name in page
    assert NO_PROFILE in page


@pytest.mark.parametrize("url", [CREATE, SEARCH])
@pytest.mark.parametrize(
    ("cpf", "message"),
    [
        ("", "Este campo é obrigatório."),
        ("529.982.247-25", "CPF não encontrado."),
        ("52998224726", "CPF inválido: dígito verificador não confere."),
        ("abc", "CPF inválido."),
        ("529\x0098224725", "CPF inválido."),
        ("\u202e52998224725", "CPF inválido."),
        ("5" * 10_000, "CPF inválido."),
    ],
)
def test_search_refuses_what_is_nobody(fund: Client, url: str, cpf: str, message: str) -> None:
    response = fund.post(url, {"cpf": cpf, "buscar": "1"})
    assert response.status_code == 200
    assert message in text_of(response)
    assert "confirmed_cpf" not in response.content.decode()


def test_the_search_is_never_an_address(fund: Client, stage: Stage) -> None:
    assert fund.get(SEARCH, {"cpf": stage.person.cpf_text}).status_code == 405


def test_generating_leads_to_the_list_with_the_new_token(fund: Client, stage: Stage) -> None:
    response = fund.post(CREATE, form(stage))
    token = DeploymentToken.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?novo={token.pk}")
    page = text_of(fund.get(response["Location"]))
    assert "Token gerado com sucesso. Válido até 23:59 de hoje (horário de Brasília)." in page
    assert "O token anterior deste estabelecimento foi cancelado." not in page
    assert "NOVO" in page
    assert AuditEvent.objects.get(verb="token.generated").actor == stage.fund.user


def test_a_form_sent_twice_leaves_one_live_token_and_says_so(fund: Client, stage: Stage) -> None:
    fund.post(CREATE, form(stage))
    page = text_of(fund.post(CREATE, form(stage), follow=True))
    assert "O token anterior deste estabelecimento foi cancelado." in page
    assert sorted(DeploymentToken.objects.values_list("status", flat=True)) == ["cancelled", "generated"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"confirmed_cpf": ""}, "Clique em Buscar para confirmar o responsável."),
        ({"confirmed_cpf": "52998224725"}, "Clique em Buscar para confirmar o responsável."),
        ({"cpf": "52998224725", "confirmed_cpf": "52998224725"}, "CPF não encontrado."),
        ({"cpf": ""}, "Este campo é obrigatório."),
        ({"establishment": ""}, CHOOSE_ESTABLISHMENT),
        ({"establishment": "abc"}, CHOOSE_ESTABLISHMENT),
        ({"establishment": "0" * 10_000}, CHOOSE_ESTABLISHMENT),
        ({"establishment": "123\x00567"}, "Caracteres nulos não são permitidos."),
        ({"establishment": "\u202e234567"}, CHOOSE_ESTABLISHMENT),
        ({"establishment": "１２３４５６７"}, CHOOSE_ESTABLISHMENT),
    ],
)
def test_a_wrong_form_says_why_and_leaves_no_trace(
    fund: Client, stage: Stage, changes: dict[str, str], message: str
) -> None:
    before = traces()
    response = fund.post(CREATE, form(stage, **changes))
    assert response.status_code == 200
    assert message in text_of(response)
    assert "data-error-summary" in response.content.decode()
    assert traces() == before


def test_the_confirmed_name_survives_another_error(fund: Client, stage: Stage) -> None:
    response = fund.post(CREATE, form(stage, establishment=""))
    assert stage.person.name in text_of(response)
    assert f'value="{stage.person.cpf_text}"' in response.content.decode()


def test_the_establishment_of_another_entity_does_not_exist_here(fund: Client, stage: Stage) -> None:
    foreign = make_establishment(make_other_entity())
    before = traces()
    assert fund.post(CREATE, form(stage, establishment=foreign.cnes)).status_code == 404
    assert traces() == before


def test_a_closed_establishment_is_refused_by_direct_post(fund: Client, stage: Stage) -> None:
    closed = make_establishment(stage.fund.entity, is_active=False)
    assert "ativo no SCNES" in text_of(fund.post(CREATE, form(stage, establishment=closed.cnes)))


def test_the_person_and_the_establishment_are_refused_at_once(fund: Client, stage: Stage) -> None:
    closed = make_establishment(stage.fund.entity, is_active=False)
    nobody = form(stage, cpf="52998224725", confirmed_cpf="52998224725", establishment=closed.cnes)
    page = text_of(fund.post(CREATE, nobody))
    assert "CPF não encontrado." in page
    assert "ativo no SCNES" in page


@pytest.mark.parametrize(
    ("at", "warning"),
    [
        ("2026-11-23T21:59:59.999999-03:00", ""),
        ("2026-11-23T22:00:00-03:00", ""),
        ("2026-11-23T22:00:00.000001-03:00", "Atenção: este token expira em 1 hora e 59 minutos."),
        ("2026-11-23T23:30:00-03:00", "Atenção: este token expira em 30 minutos."),
        ("2026-11-24T02:59:30Z", "Atenção: este token expira em menos de 1 minuto."),
        ("2026-11-24T00:00:00-03:00", ""),
    ],
)
def test_less_than_two_hours_are_announced_before(
    client: Client, stage: Stage, noon: Any, at: str, warning: str
) -> None:
    at_instant(noon, client, stage, at)
    page = text_of(client.get(CREATE))
    assert warning in page
    assert ("Atenção" in page) == bool(warning)


def test_noronha_is_warned_after_its_own_midnight(client: Client, noon: Any) -> None:
    stage = make_stage(make_noronha())
    at_instant(noon, client, stage, "2026-11-24T00:30:00-02:00")
    page = text_of(client.get(CREATE))
    assert "Atenção: este token expira em 30 minutos." in page
    assert "00:59 de 24/11/2026 no horário local (Fernando de Noronha)" in page


# --- «Tokens gerados» ---


def test_the_list_shows_every_column(fund: Client, stage: Stage) -> None:
    token = stage.generate()
    response = fund.get(LIST)
    page = text_of(response)
    assert "Token CPF/ Nome CNES/ Estabelecimento Gerado em Válido até Situação Ação" in page
    for content in (stage.person.name, str(stage.establishment), "23/11/2026 às 12:00", "GERADO", "Copiar", "Cancelar"):
        assert content in page
    assert "Válido até 23:59 (horário de Brasília)" in page
    assert "no horário local" not in page
    assert f'value="{token.value}"' in response.content.decode()
    assert 'data-countdown="43200"' in response.content.decode()
    assert response["Cache-Control"].startswith("max-age=0")


def test_in_acre_the_list_says_both_times(client: Client) -> None:
    stage = make_stage(make_other_entity())
    stage.generate()
    client.force_login(stage.fund.user)
    expected = "Válido até 23:59 (horário de Brasília) — 21:59 no horário local (Acre)"
    assert expected in text_of(client.get(LIST))


def test_the_state_is_the_one_of_the_moment_although_no_sweep_ran(fund: Client, stage: Stage, noon: Any) -> None:
    token = stage.generate()
    at_instant(noon, fund, stage, "2026-11-23T23:59:59.999999-03:00")
    assert token.value in fund.get(LIST).content.decode()
    noon.move_to(instant("2026-11-24T00:00:00-03:00"))
    response = fund.get(LIST)
    assert "EXPIRADO" in text_of(response)
    assert token.value not in response.content.decode()
    assert cancel_url(token) not in response.content.decode()
    assert token.last4 in text_of(response)


@pytest.mark.parametrize("status", ["USADO", "CANCELADO"])
def test_a_dead_token_shows_its_state_and_no_action(fund: Client, stage: Stage, status: str) -> None:
    token = stage.generate()
    value = token.value
    if status == "USADO":
        redeem_token(token_id=token.pk, by=acting(stage.manager), at=NOON)
    else:
        cancel_token(token_id=token.pk, by=acting(stage.fund.user), at=NOON)
    response = fund.get(LIST)
    assert status in text_of(response)
    assert value not in response.content.decode()
    assert "data-copy" not in response.content.decode()


def test_tokens_of_another_entity_are_not_listed(fund: Client, stage: Stage) -> None:
    foreign = make_stage(make_other_entity()).generate()
    page = fund.get(LIST).content.decode()
    assert "Nenhum token gerado." in page
    assert foreign.value not in page


def test_twenty_per_page_and_a_search_that_keeps_the_whole_in_sight(fund: Client, stage: Stage) -> None:
    for number in range(21):
        stage.generate(NOON, cnes=make_establishment(stage.fund.entity, name=f"Unidade {number:02d}").cnes)
    first, second = fund.get(LIST), fund.get(LIST, {"pagina": "2"})
    assert first.content.decode().count('<th scope="row"') == 20
    assert second.content.decode().count('<th scope="row"') == 1
    found = fund.get(LIST, {"q": "unidade 07"})
    assert found.content.decode().count('<th scope="row"') == 1
    assert "1 filtrado no total de 21 registros" in text_of(found)


@pytest.mark.parametrize("field", ["name", "establishment", "cnes", "last4"])
def test_the_search_looks_at_what_identifies_a_token(fund: Client, stage: Stage, field: str) -> None:
    token = stage.generate()
    words = {
        "name": stage.person.name.upper(),
        "establishment": stage.establishment.name.lower(),
        "cnes": stage.establishment.cnes,
        "last4": token.last4.lower(),
    }
    assert fund.get(LIST, {"q": words[field]}).content.decode().count('<th scope="row"') == 1
    assert "Nenhum token encontrado." in text_of(fund.get(LIST, {"q": "outra coisa"}))


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"q": "\u202e" * 500}, {"q": "A" * 10_000}, {"q": "%_'\""}])
def test_the_list_survives_hostile_searches(fund: Client, stage: Stage, query: dict[str, str]) -> None:
    stage.generate()
    assert fund.get(LIST, query).status_code == 200


@pytest.mark.parametrize("query", [{"pagina": "x"}, {"pagina": "-1"}, {"pagina": "9" * 4000}, {"novo": "<script>"}])
def test_the_list_survives_hostile_parameters(fund: Client, stage: Stage, query: dict[str, str]) -> None:
    stage.generate()
    response = fund.get(LIST, query)
    assert response.status_code == 200
    assert "<script>" not in response.content.decode()


@pytest.fixture
def without_rail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page alone: what the rail costs beside it is bounded in tests/rnds/test_rail.py."""
    monkeypatch.setattr("common.context_processors.rail_of", lambda request, at: None)


@pytest.mark.usefixtures("without_rail")
def test_the_list_costs_the_same_with_one_and_with_ten_rows(fund: Client, stage: Stage) -> None:
    stage.generate()
    fund.get(LIST)
    with CaptureQueriesContext(connection) as one:
        fund.get(LIST)
    for _ in range(9):
        other = make_establishment(stage.fund.entity)
        stage.generate(cnes=other.cnes, responsible_cpf=make_person().cpf_text)
    with CaptureQueriesContext(connection) as ten:
        assert fund.get(LIST).content.decode().count('<th scope="row"') == 10
    assert len(one) == len(ten) <= 6


@pytest.mark.usefixtures("without_rail")
def test_the_form_costs_the_same_with_one_and_with_ten_establishments(fund: Client, stage: Stage) -> None:
    fund.get(CREATE)
    with CaptureQueriesContext(connection) as one:
        fund.get(CREATE)
    for _ in range(9):
        make_establishment(stage.fund.entity)
    with CaptureQueriesContext(connection) as ten:
        fund.get(CREATE)
    assert len(one) == len(ten) <= 6


# --- Cancelling ---


def test_cancelling_asks_first_and_then_cancels(fund: Client, stage: Stage) -> None:
    token = stage.generate()
    assert stage.person.name in text_of(fund.get(cancel_url(token)))
    assert stored(token).status == Status.GENERATED
    page = text_of(fund.post(cancel_url(token), follow=True))
    assert "Token cancelado." in page
    assert stored(token).status == Status.CANCELLED


def test_cancelling_twice_is_refused_with_the_state(fund: Client, stage: Stage) -> None:
    token = stage.generate()
    fund.post(cancel_url(token))
    for response in (fund.post(cancel_url(token)), fund.get(cancel_url(token))):
        assert response.status_code == 409
        assert "Operação não permitida na situação atual (CANCELADO)." in text_of(response)


def test_the_token_of_another_entity_does_not_exist_here(fund: Client, stage: Stage) -> None:
    foreign = make_stage(make_other_entity()).generate()
    assert fund.get(cancel_url(foreign)).status_code == 404
    assert fund.post(cancel_url(foreign)).status_code == 404
    assert fund.post(f"{LIST}{'9' * 30}/cancelar/").status_code == 404
    assert stored(foreign).status == Status.GENERATED


# --- Who ---


def requests_of(stage: Stage, token: DeploymentToken) -> list[tuple[str, str, dict[str, str]]]:
    return [
        ("get", CREATE, {}),
        ("post", CREATE, form(stage)),
        ("post", CREATE, {"cpf": stage.person.cpf_text, "buscar": "1"}),
        ("post", SEARCH, {"cpf": stage.person.cpf_text}),
        ("get", LIST, {}),
        ("get", cancel_url(token), {}),
        ("post", cancel_url(token), {}),
    ]


@pytest.mark.parametrize("role", list(Membership.Role))
def test_no_person_reaches_the_screens_of_the_fund(client: Client, stage: Stage, role: str) -> None:
    token = stage.generate()
    client.force_login(make_member(role, stage.fund.entity))
    before = traces()
    for method, url, data in requests_of(stage, token):
        response = getattr(client, method)(url, data)
        assert (response.status_code, ONLY_FUNDS in text_of(response)) == (403, True), (method, url)
        assert stage.person.name not in text_of(response)
    assert traces() == before


@pytest.mark.parametrize("role", User.StaffRole.values)
def test_nor_does_the_ministry(client: Client, stage: Stage, role: str) -> None:
    token = stage.generate()
    client.force_login(make_staff(staff_role=role))
    before = traces()
    for method, url, data in requests_of(stage, token):
        assert getattr(client, method)(url, data).status_code == 403, (method, url)
    assert traces() == before


def test_who_did_not_sign_in_is_sent_to_the_door(client: Client, stage: Stage) -> None:
    token = stage.generate()
    for method, url, data in requests_of(stage, token):
        response = getattr(client, method)(url, data)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/entrar/"), (method, url)
    assert stored(token).status == Status.GENERATED


def test_a_post_without_the_csrf_token_is_refused(stage: Stage) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(stage.fund.user)
    assert client.post(CREATE, form(stage)).status_code == 403
    assert not DeploymentToken.objects.exists()


# --- Admin ---


def test_the_ministry_reads_tokens_without_their_value_and_changes_nothing(client: Client, stage: Stage) -> None:
    token = stage.generate()
    client.force_login(make_administrator())
    index, page = "/admin/egestor/deploymenttoken/", f"/admin/egestor/deploymenttoken/{token.pk}/change/"
    for url in (index, page):
        response = client.get(url)
        assert response.status_code == 200
        assert token.value not in response.content.decode()
        assert token.value_hash not in response.content.decode()
    assert client.post(page, {"status": "used"}).status_code == 403
    assert client.get(f"{index}add/").status_code == 403
    assert client.post(f"/admin/egestor/deploymenttoken/{token.pk}/delete/", {"post": "yes"}).status_code == 403
    assert stored(token).status == Status.GENERATED


def test_the_page_after_the_strict_cutoff_names_the_day(fund: Client, stage: Stage, noon: Any, switch: Switch) -> None:
    switch(token_cutoff="23:59:00")
    at_instant(noon, fund, stage, "2026-11-23T23:59:00-03:00")
    page = text_of(fund.post(CREATE, form(stage), follow=True))
    assert "Token gerado com sucesso. Válido até 23:59 de 24/11/2026 (horário de Brasília)." in page
    assert DeploymentToken.objects.get().expires_at == instant("2026-11-24T23:59:00-03:00")
