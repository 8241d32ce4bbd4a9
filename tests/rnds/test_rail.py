"""The rail of a credentialing: each state, who acts next, what each one carries, and nothing of another entity."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from accounts.personas import Persona
from common.rail import Rail
from rnds.models import CredentialRequest, PecInstallation
from rnds.rail import FUND
from rnds.services import connection, credentials, pec
from tests.actors import acting
from tests.clock import Clock, now
from tests.factories import (
    NOON,
    make_establishment,
    make_installation,
    make_manager,
    make_member,
    make_organisation,
    make_other_entity,
    make_staff,
)
from tests.factories.credentials import PFX_PASSWORD, accept, fill_draft, make_awaiting_terms, make_draft, make_token
from tests.switches import Switch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_personas", "noon")]
Role = Membership.Role


def personas() -> list[Persona]:
    """Everybody who has an account here may be continued as."""
    people = User.objects.exclude(kind=User.Kind.STAFF)
    return [Persona(key=f"p{who.pk}", role="", name=who.name, login_kind="pf", login=who.login) for who in people]


@pytest.fixture
def noon(clock: Clock) -> None:
    clock.move_to(NOON)


@pytest.fixture
def _personas(settings: Any) -> None:
    settings.DEMO, settings.DEMO_PERSONAS = True, "tests.rnds.test_rail.personas"


@dataclass
class Town:
    """A municipality with everybody who walks the path."""

    fund: Organisation
    manager: User
    admin: User
    keeper: User
    installation: PecInstallation


@pytest.fixture
def town() -> Town:
    establishment = make_establishment()
    entity = establishment.entity
    return Town(
        make_organisation(entity),
        make_manager(entity),
        make_member(Role.PEC_MUNICIPAL_ADMIN, entity),
        make_member(Role.PEC_INSTALLATION_ADMIN, entity),
        make_installation(entity, establishment=establishment),
    )


def page(who: User, address: str) -> Any:
    client = Client()
    client.force_login(who)
    return client.get(address, follow=True)


def rail_for(who: User, town: Town, request: CredentialRequest | None = None) -> Rail:
    """What `who` sees beside a page of the path."""
    if who.kind == User.Kind.ORGANISATION:
        address = reverse("egestor:token_create")
    elif who == town.manager:
        opening = reverse("rnds:request_open")
        address = reverse("rnds:request_detail", args=[request.pk]) if request else opening
    else:
        route = "rnds:pec_certificates" if who == town.admin else "rnds:pec_keys"
        address = reverse(route, args=[town.installation.pk])
    answer = page(who, address)
    assert answer.status_code == 200
    rail = answer.context["rail"]
    assert rail
    return rail  # type: ignore[no-any-return]  # a context of a template


def stands(rail: Rail) -> tuple[int, str, bool]:
    """Steps done, who acts, and whether that is who looks."""
    return rail.done, rail.turn.name if rail.turn else "", bool(rail.turn and rail.turn.is_mine)


def value(rail: Rail, label: str) -> str:
    return next(thing.value for thing in rail.in_hand if thing.label.startswith(label))


def token_of(town: Town) -> Any:
    return make_token(town.manager, town.installation.establishment, organisation=town.fund)


def draft_of(town: Town) -> CredentialRequest:
    return make_draft(town.manager, town.installation.establishment, installation=town.installation)


def granted(town: Town) -> CredentialRequest:
    return accept(
        make_awaiting_terms(town.manager, establishment=town.installation.establishment, installation=town.installation)
    )


def test_it_begins_with_the_fund(town: Town) -> None:
    assert stands(rail_for(town.fund.user, town)) == (0, town.fund.name, True)
    assert stands(rail_for(town.manager, town)) == (0, town.fund.name, False)
    assert rail_for(town.manager, town).other.short == FUND  # type: ignore[union-attr]  # it is a persona


def test_then_the_counter_key_is_copied_unless_who_asks_carries_it(town: Town) -> None:
    token = token_of(town)

    assert stands(rail_for(town.fund.user, town)) == (1, town.admin.name, False)
    assert stands(rail_for(town.admin, town)) == (1, town.admin.name, True)
    of_the_manager = rail_for(town.manager, town)
    assert stands(of_the_manager) == (2, town.manager.name, True)
    assert value(of_the_manager, "Token") == token.value
    assert value(of_the_manager, "Contra-chave") == town.installation.counter_key


def test_each_one_carries_only_what_is_theirs(town: Town, settings: Any) -> None:
    token = token_of(town)
    fund, admin, keeper = (rail_for(who, town) for who in (town.fund.user, town.admin, town.keeper))

    assert [value(rail, "Token") for rail in (fund, admin, keeper)] == [token.value, "", ""]
    assert [value(rail, "Contra") for rail in (fund, admin, keeper)] == ["", town.installation.counter_key, ""]

    settings.DEMO = False
    manager = rail_for(town.manager, town)
    assert [thing.value for thing in manager.in_hand] == [""] * 4
    assert manager.other is None


def test_the_request_and_the_termo_are_of_who_asked(town: Town) -> None:
    draft = draft_of(town)

    assert stands(rail_for(town.manager, town, draft)) == (2, town.manager.name, True)
    seen = rail_for(town.admin, town)
    assert stands(seen) == (2, town.manager.name, False)
    assert seen.other and seen.other.url == reverse("rnds:request_detail", args=[draft.pk])  # noqa: PT018 -- one fact


@pytest.mark.usefixtures("authorities")
def test_the_ministry_acts_in_analyst_mode(town: Town, switch: Switch) -> None:
    switch(review_mode="analista")
    request = granted(town)
    assert request.status == CredentialRequest.Status.UNDER_REVIEW

    assert stands(rail_for(town.manager, town, request)) == (2, "Ministério da Saúde", False)
    assert rail_for(town.manager, town, request).other is None

    analyst = acting(make_staff())
    credentials.send_back_request(request_id=request.pk, reason="Falta o IP.", by=acting(analyst), at=now())
    assert stands(rail_for(town.manager, town, request)) == (2, town.manager.name, True)
    credentials.resubmit_request(request_id=request.pk, by=acting(town.manager), at=now())
    credentials.reject_request(request_id=request.pk, reason="Não serve.", by=acting(analyst), at=now())
    assert stands(rail_for(town.fund.user, town)) == (0, town.fund.name, True)


@pytest.mark.usefixtures("authorities")
def test_the_certificate_reaches_the_pec_and_the_connection_is_tested(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = granted(town)
    credential = request.credential
    assert stands(rail_for(town.manager, town, request)) == (3, town.keeper.name, False)
    assert value(rail_for(town.admin, town), "ID") == str(credential.requester_id)

    content = credential.file.content  # type: ignore[union-attr]  # it was generated
    file = pec.put_key_file(
        installation_id=town.installation.pk, filename="c.pfx", content=content, by=acting(town.keeper), at=now()
    )
    assert stands(rail_for(town.keeper, town)) == (3, town.admin.name, False)

    pec.enable_certificate(
        installation_id=town.installation.pk,
        file_id=file.pk,
        password=PFX_PASSWORD,
        requester_id=credential.requester_id,
        serves_rnds=True,
        serves_cadsus=False,
        by=acting(town.admin),
        at=now(),
    )
    assert stands(rail_for(town.admin, town)) == (4, town.admin.name, True)

    success = connection.Tried(PecInstallation.LastResult.SUCCESS)
    connection.record_result(
        installation_id=town.installation.pk, file_id=file.pk, tried=success, by=acting(town.admin), at=now()
    )
    assert stands(rail_for(town.admin, town)) == (5, "", False)
    assert rail_for(town.manager, town, request).other is None


@pytest.mark.usefixtures("authorities")
def test_a_revoked_credential_begins_the_path_again(town: Town) -> None:
    credential = granted(town).credential
    credentials.revoke_credential(
        credential_id=credential.pk, reason="Mudou o gestor.", by=acting(town.manager), at=now()
    )

    assert stands(rail_for(town.fund.user, town)) == (0, town.fund.name, True)


def test_a_dead_token_begins_the_path_again(town: Town, clock: Clock) -> None:
    token = token_of(town)
    clock.move_to(token.expires_at - timedelta(microseconds=1))
    assert rail_for(town.fund.user, town).done == 1

    clock.move_to(token.expires_at)
    assert rail_for(town.fund.user, town).done == 0


def test_nothing_of_another_entity_is_told(town: Town) -> None:
    token = token_of(town)
    elsewhere = make_other_entity()
    stranger, foreign = make_manager(elsewhere), make_organisation(elsewhere)
    establishment = make_establishment(elsewhere)
    make_installation(elsewhere, establishment=establishment)

    for who, address in ((stranger, "rnds:request_open"), (foreign.user, "egestor:token_create")):
        answer = page(who, reverse(address))
        assert answer.context["rail"].done == 0
        for told in (token.value, town.installation.counter_key, town.admin.name, town.manager.name, town.fund.name):
            assert told not in answer.content.decode()


def test_a_page_that_is_not_theirs_shows_no_rail(town: Town) -> None:
    draft = draft_of(town)
    stranger = make_manager(make_other_entity())

    answer = page(stranger, reverse("rnds:request_detail", args=[draft.pk]))

    assert answer.status_code == 404
    assert 'class="rail"' not in answer.content.decode()


def test_the_page_of_one_request_is_about_its_own_path(town: Town) -> None:
    old = draft_of(town)
    other = make_establishment(town.installation.entity)
    make_token(town.manager, other, organisation=town.fund, at=NOON + timedelta(minutes=1))

    rail = rail_for(town.manager, town, old)

    assert rail.turn is not None
    assert rail.turn.what.startswith("termina")


def test_a_list_takes_the_whole_width_and_says_whose_turn_it_is(town: Town) -> None:
    token_of(town)
    text = page(town.fund.user, reverse("egestor:token_list")).content.decode()

    assert 'class="rail"' not in text
    assert f'value="p{town.admin.pk}"' in text


@pytest.mark.parametrize("progress", [lambda town: None, token_of, draft_of], ids=["nothing", "token", "draft"])
def test_it_costs_three_queries(town: Town, progress: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    progress(town)
    settings.DEMO_PERSONAS = ""

    def cost(paths: bool) -> int:
        if not paths:
            monkeypatch.setattr("common.rail.rail_paths", tuple)
        with CaptureQueriesContext(database) as queries:
            page(town.fund.user, reverse("egestor:token_create"))
        return len(queries)

    assert cost(paths=True) - cost(paths=False) <= 3


def test_home_remembers_where_this_browser_stopped(town: Town) -> None:
    token_of(town)
    client = Client()
    client.force_login(town.admin)
    client.get(reverse("rnds:pec_certificates", args=[town.installation.pk]))
    client.post(reverse("accounts:sign_out"))

    stop = client.get("/").context["stop"]

    assert (stop.number, stop.steps, stop.persona) == (2, 5, f"p{town.admin.pk}")
    assert client.get("/").context["stopped_ago"] == "hoje"
    assert Client().get("/").context["stop"] is None


def test_what_a_browser_remembers_is_signed_for_one_world_and_only_of_a_demonstration(
    town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(town.admin)
    client.get(reverse("rnds:pec_certificates", args=[town.installation.pk]))
    kept = client.cookies["parou"].value
    stranger = Client()

    stranger.cookies["parou"] = kept[:-1] + ("a" if kept[-1] != "a" else "b")
    assert stranger.get("/").context["stop"] is None
    stranger.cookies["parou"] = kept
    assert stranger.get("/").context["stop"] is not None
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("common.stopped._salt", lambda: "another world")
        assert stranger.get("/").context["stop"] is None
    settings.DEMO = False
    assert stranger.get("/").context["stop"] is None


def test_the_fill_of_a_draft_does_not_move_the_path(town: Town) -> None:
    draft = fill_draft(draft_of(town), certificate=False)
    assert rail_for(town.manager, town, draft).done == 2
