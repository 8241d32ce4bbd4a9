"""What the buttons do not offer, asked for by direct POST: other people's rows, lost profiles, own requests."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from accounts.services.memberships import exclude_membership
from common.models import AuditEvent
from pki import services as pki
from rnds.models import Credential, CredentialRequest
from rnds.services.terms import ensure_terms_text
from tests import factories
from tests.actors import acting
from tests.factories import NOON, certificates, person_of
from tests.factories.credentials import (
    accept,
    fill_draft,
    make_awaiting_terms,
    make_credential,
    make_draft,
    make_token,
)
from tests.refusals import page_after
from tests.switches import Switch

pytestmark = pytest.mark.django_db
Role = Membership.Role
Status = CredentialRequest.Status


@pytest.fixture(autouse=True)
def noon(db: None) -> None:
    pki.ensure_authorities(at=NOON)
    ensure_terms_text(at=NOON)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def terms_of(client: Client, request: CredentialRequest) -> tuple[str, dict[str, str]]:
    """Address and data of «Confirmar e avançar», as the page gave them."""
    address = reverse("rnds:request_terms", args=[request.pk])
    shown = client.get(address).context["shown"].sha256
    return address, {"shown_hash": shown, "accepted": "on"}


def nothing_changed(request: CredentialRequest, events: int) -> bool:
    after = CredentialRequest.objects.get(pk=request.pk)
    return (after.status, AuditEvent.objects.count()) == (request.status, events)


def test_staff_do_not_judge_their_own_request(switch: Switch) -> None:
    """An analyst under whose account the request was opened."""
    switch(review_mode="analista")
    request = make_awaiting_terms()
    accept(request)
    request.refresh_from_db()
    assert request.status == Status.UNDER_REVIEW
    analyst = factories.make_staff("analista-que-pediu")
    CredentialRequest.objects.filter(pk=request.pk).update(requested_by=analyst)
    own, other = signed_in(analyst), signed_in(factories.make_staff("chefe"))
    events = AuditEvent.objects.count()
    for decision in ("approve", "send_back", "reject"):
        address = reverse(f"rnds:request_{decision}", args=[request.pk])
        assert own.post(address, {"cause": "other", "reason": "Motivo com mais de dez caracteres"}).status_code == 403
    assert nothing_changed(request, events)
    approve = reverse("rnds:request_approve", args=[request.pk])
    assert other.post(approve).status_code == 302
    assert CredentialRequest.objects.get(pk=request.pk).status == Status.GRANTED


def test_a_profile_excluded_in_another_tab_ends_everything_at_once() -> None:
    credential = make_credential()
    manager = credential.request.requested_by
    request = make_awaiting_terms(manager)
    draft = fill_draft(make_draft(manager))
    client = signed_in(manager)
    address, data = terms_of(client, request)
    boss = factories.make_member(Role.AB_MANAGER)
    exclude_membership(membership_id=person_of(manager).memberships.get().pk, by=acting(boss), at=NOON)

    events = AuditEvent.objects.count()
    posts: list[tuple[str, dict[str, str]]] = [
        (address, data),
        (address, {"cancelar": "1"}),
        (reverse("rnds:request_withdraw", args=[draft.pk]), {}),
        (reverse("rnds:request_step", args=[draft.pk, "estabelecimento"]), {"phone": "1132145678", "email": "a@b.br"}),
        (reverse("rnds:request_step", args=[draft.pk, "revisao"]), {}),
        (reverse("rnds:request_person", args=[draft.pk]), {"cpf": person_of(manager).cpf_text}),
        (reverse("rnds:credential_revoke", args=[credential.pk]), {"reason": "Motivo com mais de dez"}),
        (reverse("rnds:credential_file", args=[credential.pk]), {}),
        (reverse("rnds:request_open"), {"token_value": draft.token.value, "counter_key": "A" * 32}),
    ]
    for path, sent in posts:
        assert client.post(path, sent).status_code in {403, 404}, path
    assert nothing_changed(request, events)
    assert Credential.objects.get(pk=credential.pk).status == Credential.Status.ACTIVE
    for path in (reverse("rnds:credential_list"), reverse("rnds:credential_terms", args=[credential.pk])):
        assert client.get(path).status_code in {403, 404}, path


def test_ninety_days_without_access_block_the_request_and_only_the_right_level_reactivates() -> None:
    manager, installation = factories.make_manager(), factories.make_installation()
    token = make_token(manager)
    membership = person_of(manager).memberships.get()
    Membership.objects.filter(pk=membership.pk).update(last_access_at=NOON - timedelta(days=90))
    sent = {"token_value": token.value, "counter_key": installation.counter_key}
    client = signed_in(manager)
    assert client.post(reverse("rnds:request_open"), sent).status_code == 403
    assert not CredentialRequest.objects.exists()
    # Nor by entering again: the simulated gov.br finds no profile in use.
    door = Client()
    entry = {"cpf": person_of(manager).cpf, "level": "ouro"}
    answer = page_after(door, door.post(reverse("accounts:sign_in_govbr"), entry))
    assert (answer.status_code, "_auth_user_id" in door.session) == (200, False)

    reactivate = reverse("egestor:membership_reactivate", args=[membership.pk])
    wrong = [
        manager,
        factories.make_manager(),
        factories.make_member(Role.PEC_MUNICIPAL_ADMIN),
        factories.make_member(Role.AB_MANAGER, factories.make_other_entity()),
        token.organisation.user,
    ]
    assert {signed_in(user).post(reactivate).status_code for user in wrong} <= {403, 404}
    assert Membership.objects.get(pk=membership.pk).effective_status(NOON, days=90) == Membership.Status.INACTIVE
    assert signed_in(factories.make_member(Role.AB_MANAGER)).post(reactivate).status_code == 302
    assert client.post(reverse("rnds:request_open"), sent).status_code == 302


def test_the_fund_of_another_municipio() -> None:
    """Its own screens with the ids of our rows: they do not exist there."""
    entity, other = factories.make_entity(), factories.make_other_entity()
    factories.make_organisation(entity)
    foreign_fund = factories.make_organisation(other)
    manager = factories.make_manager(entity)
    token = make_token(manager)
    ours = factories.make_establishment(entity)
    client = signed_in(foreign_fund.user)
    events = AuditEvent.objects.count()
    assert client.post(reverse("egestor:token_cancel", args=[token.pk])).status_code == 404
    cpf = person_of(manager).cpf
    sent = {"cpf": cpf, "confirmed_cpf": cpf, "establishment": ours.cnes}
    assert client.post(reverse("egestor:token_create"), sent).status_code == 404
    assert token.last4 not in client.get(reverse("egestor:token_list")).content.decode()
    assert AuditEvent.objects.count() == events


def test_ids_of_others_inside_forms() -> None:
    """Children, files, copies and replacements named by ids that belong to somebody else."""
    entity, other = factories.make_entity(), factories.make_other_entity()
    draft = make_draft()
    client = signed_in(draft.requested_by)
    foreign = factories.make_establishment(other)
    children = reverse("rnds:request_step", args=[draft.pk, "filhos"])
    for name in ("children", "shown"):
        sent = {
            "shown": foreign.cnes,
            "children": foreign.cnes,
            "salvar": "1",
            "none_confirmed": "on",
            name: foreign.pk,
        }
        client.post(children, sent)
    assert foreign not in draft.children.all()

    stranger = make_draft(factories.make_manager(other), entity=other)
    colleague = make_draft(factories.make_manager(entity))
    for source in (stranger, colleague):
        page = client.get(f"{reverse('rnds:request_open')}?copiar={source.pk}")
        assert page.context["source"] is None

    theirs = factories.make_installation(other)
    file = certificates.put_file(theirs, b"qualquer", at=NOON)
    mine = factories.make_installation(entity)
    municipal = signed_in(factories.make_member(Role.PEC_MUNICIPAL_ADMIN, entity))
    server = signed_in(factories.make_member(Role.PEC_INSTALLATION_ADMIN, entity))
    enable = reverse("rnds:pec_certificates", args=[mine.pk])
    data: dict[str, Any] = {"services": ["rnds"], "file": file.pk, "password": "x", "requester_id": "1"}
    assert "Selecione um certificado da lista." in municipal.post(enable, data).content.decode()
    for installation in (mine, theirs):
        remove = reverse("rnds:pec_key_remove", args=[installation.pk, file.pk])
        assert server.post(remove).status_code == 404
    assert theirs.key_files.filter(pk=file.pk).exists()

    boss = signed_in(factories.make_member(Role.AB_MANAGER, entity))
    victim = person_of(factories.make_member(Role.AB_MANAGER, other)).memberships.get()
    member = person_of(factories.make_member(Role.PEC_MUNICIPAL_ADMIN, other))
    add = reverse("egestor:membership_create")
    who = {"cpf": member.cpf, "confirmed_cpf": member.cpf}
    form = who | {"adicionar": "1", "programme": "pec", "role": "pec_municipal_admin"}
    boss.post(add, form | {"entity": str(other.pk)})
    boss.post(add, form | {"entity": str(entity.pk), "role": "ab_manager", "replaces": str(victim.pk)})
    assert Membership.objects.get(pk=victim.pk).status == Membership.Status.ACTIVE
    assert member.memberships.filter(entity=other).count() == 1
    assert not member.memberships.filter(role=Role.AB_MANAGER).exists()


def test_rows_of_another_municipio_are_404_for_every_person_of_the_other() -> None:
    credential = make_credential()
    draft = make_draft()
    other = factories.make_other_entity()
    addresses = [
        reverse(f"rnds:{name}", args=[credential.pk])
        for name in ("credential_detail", "credential_terms", "credential_terms_print", "credential_revoke")
    ]
    addresses += [reverse("rnds:request_detail", args=[draft.pk]), reverse("rnds:request_terms", args=[draft.pk])]
    addresses += [reverse("rnds:request_step", args=[draft.pk, "certificado"])]
    client = signed_in(factories.make_manager(other))
    assert {client.get(address).status_code for address in addresses} == {404}
    file = reverse("rnds:credential_file", args=[credential.pk])
    assert client.post(file).status_code == 404
    missing = reverse("rnds:credential_detail", args=[credential.pk + 1000])
    # What is somebody else's cannot be told from what is nobody's.
    assert client.get(addresses[0]).content.count(b"404") == client.get(missing).content.count(b"404")


def test_no_method_override_and_no_action_without_the_csrf_token() -> None:
    credential = make_credential()
    client = Client(enforce_csrf_checks=True)
    client.force_login(credential.request.requested_by)
    revoke = reverse("rnds:credential_revoke", args=[credential.pk])
    assert client.post(revoke, {"reason": "Motivo com mais de dez"}).status_code == 403
    client.get(f"{revoke}?_method=POST&reason=Motivo+com+mais+de+dez", HTTP_X_HTTP_METHOD_OVERRIDE="POST")
    assert client.get(reverse("rnds:credential_file", args=[credential.pk])).status_code == 405
    assert Credential.objects.get(pk=credential.pk).status == Credential.Status.ACTIVE
