"""«Validar»: the checks V1 to V10, in order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from common.exceptions import NotPermitted, RuleBroken
from common.models import AuditEvent
from egestor.models import DeploymentToken
from egestor.services.tokens import cancel_token
from rnds.models import CredentialRequest
from rnds.services.requests import open_request
from tests.actors import acting
from tests.factories import (
    NOON,
    make_administrator,
    make_entity,
    make_establishment,
    make_installation,
    make_manager,
    make_membership,
    make_other_entity,
    make_user,
    person_of,
)
from tests.factories.credentials import accept, make_awaiting_terms, make_credential, make_draft, make_token

EXPIRED = (
    "Token expirado. A validade do token é até às 23:59h do dia de sua geração (horário de Brasília). "
    "Gere um novo token."
)
MIDNIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 00:00 of the 24th in Brasília
WRONG = "0000-0000-0000-0000-0001"

pytestmark = pytest.mark.django_db


def refusal_of(**given: Any) -> RuleBroken:
    requests = list(CredentialRequest.objects.values_list("pk", "status"))
    events = AuditEvent.objects.count()
    with pytest.raises(RuleBroken) as refused:
        open_request(**given)
    assert list(CredentialRequest.objects.values_list("pk", "status")) == requests
    assert AuditEvent.objects.count() == events
    return refused.value


@pytest.fixture
def manager() -> Any:
    return make_manager()


@pytest.fixture
def token(manager: Any) -> DeploymentToken:
    return make_token(manager)


@pytest.fixture
def installation() -> Any:
    return make_installation()


def test_a_live_token_and_a_known_contra_chave_open_a_draft(manager, token, installation) -> None:  # type: ignore[no-untyped-def] # fixtures
    child = make_establishment()
    elsewhere = make_establishment(make_other_entity())
    opened = open_request(token_value=token.value, counter_key=installation.counter_key, by=acting(manager), at=NOON)
    request = opened.request
    assert opened.warnings == ()
    assert (request.status, request.establishment_id, request.entity_id) == (
        "draft",
        token.establishment_id,
        token.entity_id,
    )
    ticked = set(request.children.values_list("pk", flat=True))
    assert child.pk in ticked
    assert request.establishment_id not in ticked
    assert elsewhere.pk not in ticked
    assert AuditEvent.objects.filter(verb="request.opened", actor=manager).count() == 1
    assert DeploymentToken.objects.get().status == "generated"


@pytest.mark.parametrize(
    ("token_value", "counter_key", "codes"),
    [("", "x", ["V1", "V8"]), ("  ", "", ["V1", "V1"]), ("x", " ", ["V2", "V1"])],
)
def test_v1_both_are_obligatory(manager: Any, token_value: str, counter_key: str, codes: list[str]) -> None:
    refused = refusal_of(token_value=token_value, counter_key=counter_key, by=acting(manager), at=NOON)
    assert [one.code for one in refused.broken] == codes
    assert [one.field for one in refused.broken] == ["token_value", "counter_key"]
    assert {one.message for one in refused.broken if one.code == "V1"} == {"Este campo é obrigatório."}


def test_token_and_contra_chave_are_refused_at_once(manager: Any, token: DeploymentToken) -> None:
    """A dead token, and a contra-chave that its municipality does not know."""
    value = token.value
    cancel_token(token_id=token.pk, by=acting(token.organisation.user), at=NOON)
    unknown = "-".join(["AAAA"] * 8)
    refused = refusal_of(token_value=value, counter_key=unknown, by=acting(manager), at=NOON)
    assert [one.code for one in refused.broken] == ["token_cancelled", "V9"]


@pytest.mark.parametrize("typed", ["7QK4", WRONG, "\x00" * 20, "\u202e7QK4-7QK4-7QK4-7QK4-7QK4", "é" * 20])
def test_v2_syntax(manager: Any, typed: str) -> None:
    refused = refusal_of(token_value=typed, counter_key="bad", by=acting(manager), at=NOON)
    assert (refused.message, refused.field) == (
        "Token em formato inválido. Confira se foi copiado por inteiro.",
        "token_value",
    )


def test_v2_tells_a_typing_error_from_an_unknown_token(manager: Any, token: DeploymentToken) -> None:
    typed = token.value[:-1] + ("2" if token.value[-1] != "2" else "3")
    assert refusal_of(token_value=typed, counter_key="x", by=acting(manager), at=NOON).code == "V2"


def test_v3_unknown_and_foreign_tokens_look_the_same(manager: Any) -> None:
    foreign = make_token(make_manager(make_other_entity()), make_establishment(make_other_entity()))
    gone = make_token(manager)
    value = gone.value
    gone.delete()
    answers = {
        refusal_of(token_value=typed, counter_key="x", by=acting(manager), at=NOON).message
        for typed in (foreign.value, value)
    }
    assert answers == {"Token não encontrado."}


def test_v3_a_profile_that_is_not_the_programme_manager_opens_nothing_there(manager: Any) -> None:
    other = make_other_entity()
    make_membership(manager.person, "ab_manager", other)
    token = make_token(manager, make_establishment(other))
    refused = refusal_of(token_value=token.value, counter_key="x", by=acting(manager), at=NOON)
    assert refused.message == "Token não encontrado."


def test_v4_other_cpf(token: DeploymentToken) -> None:
    refused = refusal_of(token_value=token.value, counter_key="x", by=acting(make_manager()), at=NOON)
    assert refused.message == (
        "Este token foi gerado para outro responsável. O CPF que gera o token deve ser o mesmo que realiza a "
        "solicitação de credenciamento."
    )


def test_v5_cancelled_with_date_in_brasilia(manager: Any, token: DeploymentToken) -> None:
    value = token.value
    cancel_token(token_id=token.pk, by=acting(token.organisation.user), at=NOON + timedelta(minutes=5))
    refused = refusal_of(token_value=value, counter_key="x", by=acting(manager), at=NOON + timedelta(days=2))
    assert refused.message == "Este token foi cancelado em 23/11/2026 às 12:05."


def test_v6_used_names_the_request(authorities: None, manager: Any, installation: Any) -> None:
    token = make_token(manager)
    value = token.value
    request = make_awaiting_terms(manager, establishment=make_establishment())
    value = request.token.value
    accept(request)
    refused = refusal_of(token_value=value, counter_key="x", by=acting(manager), at=NOON + timedelta(days=2))
    assert refused.message == f"Este token já foi utilizado na solicitação nº {request.pk}."


@pytest.mark.parametrize(
    "at",
    [
        datetime.fromisoformat("2026-11-23T23:59:00-03:00"),
        datetime.fromisoformat("2026-11-23T23:59:59.999999-03:00"),
        datetime.fromisoformat("2026-11-24T02:59:59.999999Z"),
    ],
)
def test_v7_the_last_minute_still_counts(manager: Any, token: DeploymentToken, installation: Any, at: datetime) -> None:
    opened = open_request(token_value=token.value, counter_key=installation.counter_key, by=acting(manager), at=at)
    assert opened.request.status == "draft"


@pytest.mark.parametrize(
    "at",
    [
        datetime.fromisoformat("2026-11-24T00:00:00-03:00"),
        datetime.fromisoformat("2026-11-24T03:00:00Z"),
        datetime.fromisoformat("2026-11-23T22:00:00-05:00"),  # Rio Branco
    ],
)
def test_v7_midnight_in_brasilia_ends_it(manager: Any, token: DeploymentToken, installation: Any, at: datetime) -> None:
    refused = refusal_of(token_value=token.value, counter_key=installation.counter_key, by=acting(manager), at=at)
    assert (refused.message, refused.field) == (EXPIRED, "token_value")


@pytest.mark.parametrize(
    "typed",
    ["0000-0000", "ZZZZ-0000-0000-0000-0000-0000-0000-000!", "0" * 33, "é" * 32, "0000\x00" * 8],
)
def test_v8_contra_chave_syntax(manager: Any, token: DeploymentToken, typed: str) -> None:
    refused = refusal_of(token_value=token.value, counter_key=typed, by=acting(manager), at=NOON)
    assert (refused.message, refused.field) == (
        "Contra-chave em formato inválido. Utilize o botão Copiar do PEC.",
        "counter_key",
    )


def test_v8_forgives_case_spaces_and_missing_dashes(manager: Any, token: DeploymentToken, installation: Any) -> None:
    typed = f"  {installation.counter_key.lower().replace('-', ' ')}\n"
    opened = open_request(token_value=f" {token.value.lower()} ", counter_key=typed, by=acting(manager), at=NOON)
    assert opened.request.installation == installation


def test_v9_unknown_or_foreign_installation(manager: Any, token: DeploymentToken) -> None:
    foreign = make_installation(make_other_entity())
    for typed in (foreign.counter_key, "-".join(["ABCD"] * 8)):
        refused = refusal_of(token_value=token.value, counter_key=typed, by=acting(manager), at=NOON)
        assert refused.message == "Contra-chave não reconhecida para este município."


def test_v10_warns_of_the_credential_that_the_installation_already_has(authorities: None, manager: Any) -> None:
    installation = make_installation()
    credential = make_credential(manager, installation=installation)
    token = make_token(manager)
    opened = open_request(token_value=token.value, counter_key=installation.counter_key, by=acting(manager), at=NOON)
    assert opened.warnings == (
        f"Esta instalação já possui a credencial nº {credential.requester_id} ativa; ela será revogada ao concluir.",
    )


def test_v10_is_silent_about_the_same_cnes(authorities: None, manager: Any) -> None:
    installation, establishment = make_installation(), make_establishment()
    make_credential(manager, establishment=establishment, installation=installation)
    token = make_token(manager, establishment)
    opened = open_request(token_value=token.value, counter_key=installation.counter_key, by=acting(manager), at=NOON)
    assert opened.warnings == ()


def test_the_same_token_opens_the_same_draft_again(manager: Any) -> None:
    request = make_draft(manager)
    key = request.installation.counter_key
    again = open_request(token_value=request.token.value, counter_key=key, by=acting(manager), at=NOON)
    assert again.request == request
    assert CredentialRequest.objects.count() == 1


def test_another_contra_chave_pairs_the_draft_again_and_takes_the_termo_back(manager: Any) -> None:
    request = make_awaiting_terms(manager)
    other = make_installation()
    again = open_request(token_value=request.token.value, counter_key=other.counter_key, by=acting(manager), at=NOON)
    assert (again.request.pk, again.request.installation, again.request.status) == (request.pk, other, "draft")


@pytest.mark.parametrize("role", ["ab_manager", "technical_manager", "pec_municipal_admin", "pec_installation_admin"])
def test_only_the_programme_manager_requests(token: DeploymentToken, installation: Any, role: str) -> None:
    user = make_user()
    make_membership(person_of(user), role, make_entity())
    with pytest.raises(NotPermitted):
        open_request(token_value=token.value, counter_key=installation.counter_key, by=acting(user), at=NOON)


def test_the_fund_and_staff_request_nothing(token: DeploymentToken, installation: Any, django_user_model: Any) -> None:
    chief = make_administrator("chefe")
    for user in (token.organisation.user, chief):
        with pytest.raises(NotPermitted):
            open_request(token_value=token.value, counter_key=installation.counter_key, by=acting(user), at=NOON)


def test_the_manager_of_another_programme_requests_nothing(token: DeploymentToken, installation: Any) -> None:
    user = make_user()
    make_membership(person_of(user), "programme_manager", make_entity(), programme="sisab")
    with pytest.raises(NotPermitted):
        open_request(token_value=token.value, counter_key=installation.counter_key, by=acting(user), at=NOON)


@pytest.mark.parametrize(("idle", "opens"), [(timedelta(days=90), False), (timedelta(days=90, microseconds=-1), True)])
def test_ninety_days_without_access_close_the_door_before_the_sweep(
    installation: Any, idle: timedelta, opens: bool
) -> None:
    user = make_user()
    make_membership(person_of(user), last_access_at=NOON - idle)
    token = make_token(user)
    if opens:
        open_request(token_value=token.value, counter_key=installation.counter_key, by=acting(user), at=NOON)
        return
    with pytest.raises(NotPermitted) as found:
        open_request(token_value=token.value, counter_key=installation.counter_key, by=acting(user), at=NOON)
    assert found.value.message.startswith("Seu perfil está INATIVO")
