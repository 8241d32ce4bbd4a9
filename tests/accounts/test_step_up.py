"""The second factor asked again: each act of the team that decides, revokes or takes away, by each role that has it.

From the page of the act, fifteen minutes after the code: refused without a trace, led to the code, back to the page,
and done. The switches and the clock of a room, which are run from inside it, are in tests/rooms/test_switches.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.factors import SecondFactor
from accounts.models import Membership, User
from accounts.permissions import Permission as Accounts
from accounts.services import second_factor as service
from common import house
from common.models import AuditEvent
from gerencia.models import Enrolment, Offer
from gerencia.permissions import Permission as Gerencia
from gerencia.services.catalogue import PRACTICE, ensure_offers
from pki.services import ensure_authorities
from rnds.permissions import Permission as Rnds
from rooms.permissions import Permission as Rooms
from siops.models import ElectionLoad, HealthManager
from siops.permissions import Permission as Siops
from siops.services.elections import preview_election
from tests.actors import routine
from tests.clock import NOON, Clock, now
from tests.factories import (
    PASSWORD,
    make_administrator,
    make_entity,
    make_membership,
    make_person,
    make_staff,
    make_user,
    siops,
)
from tests.factories.credentials import accept, make_awaiting_terms, make_credential
from tests.gerencia.test_access_matrix import note_before, sent_letter
from tests.siops.doors import PIN
from tests.siops.test_courts import state_of
from tests.siops.test_elections import file, line
from tests.switches import Switch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asks_factor")]
SECRET = bytes(range(20))
FACTOR = "accounts:second_factor"
REASON = {"cause": "other", "reason": "Faltou o que a regra pede."}


@dataclass
class Act:
    """What a member of the team does on a page: the row, the page, the form, and what the row is afterwards."""

    user: User
    row: models.Model
    page: str
    act: str
    after: str
    data: dict[str, Any] = field(default_factory=dict)
    # The page has nothing but the act: it asks before anything is filled.
    page_asks: bool = False
    # What is done, with the code just shown, before the page of the act stands.
    first: Callable[[Client], object] = lambda client: None
    shows: Callable[[models.Model], str] = lambda row: str(row.status)  # type: ignore[attr-defined]  # each row has one

    @property
    def state(self) -> str:
        return self.shows(type(self.row)._default_manager.get(pk=self.row.pk))


def approve_request(entity: Any) -> Act:
    ensure_authorities(at=now())
    row = accept(make_awaiting_terms())
    page = reverse("rnds:request_detail", args=[row.pk])
    return Act(make_staff(), row, page, reverse("rnds:request_approve", args=[row.pk]), "granted")


def revoke_credential(entity: Any) -> Act:
    ensure_authorities(at=now())
    row = make_credential()
    page = reverse("rnds:credential_revoke", args=[row.pk])
    return Act(make_staff(), row, page, page, "revoked", {"reason": REASON["reason"]}, page_asks=True)


def return_letter(entity: Any) -> Act:
    row = siops.make_letter(entity)
    page, act = (reverse(f"siops:letter_{name}", args=[row.pk]) for name in ("review", "return"))
    return Act(siops.make_coordinator(), row, page, act, "returned", REASON)


def end_court(entity: Any) -> Act:
    row = siops.make_acting(HealthManager.Role.COURT, state_of(entity)).record
    page = reverse("siops:court_end", args=[row.pk])
    return Act(siops.make_coordinator(), row, page, page, "ended", page_asks=True)


def take_update(entity: Any) -> Act:
    row = siops.make_fund_update(entity, status="sent", sent_at=NOON)
    page, act = (reverse(f"siops:fund_update_{name}", args=[row.pk]) for name in ("check", "take"))
    return Act(siops.make_checker(), row, page, act, "under_check")


def issue_certificate(entity: Any) -> Act:
    ensure_authorities(at=now())
    row = siops.make_certification(status="scheduled", scheduled_for=NOON.date(), period="morning")
    page = reverse("siops:certifier_issue", args=[row.pk])
    data = {"documents": list(row.required_documents), "pin": PIN, "repeated_pin": PIN}
    return Act(siops.make_attendant(row.certifier), row, page, page, "issued", data)


def load_election(entity: Any) -> Act:
    content = file(line(entity, make_person()))
    preview = preview_election(content=content, election_year=2024, by=routine(), at=now())

    def send(client: Client) -> None:
        sent = SimpleUploadedFile("eleicao.csv", content, content_type="text/csv")
        client.post(reverse("siops:election_list"), {"election_year": "2024", "file": sent})

    return Act(
        siops.make_coordinator(),
        entity,
        reverse("siops:election_confirm"),
        reverse("siops:election_confirm"),
        "1 loaded",
        {"shown_hash": preview.shown_hash},
        page_asks=True,
        first=send,
        shows=lambda _: f"{ElectionLoad.objects.count()} loaded",
    )


def release_rule(entity: Any) -> Act:
    row = siops.make_ticket(entity)
    page = reverse("siops:ticket_release", args=[row.pk])
    data = {"rule_code": "SIM-I01", "year": "2026", "bimester": "1", "version": "1", "reason": REASON["reason"]}
    return Act(
        siops.make_coordinator(),
        row,
        page,
        page,
        "1 released",
        data,
        page_asks=True,
        shows=lambda ticket: f"{ticket.releases.count()} released",  # type: ignore[attr-defined]  # of a ticket
    )


def sign_note(entity: Any) -> Act:
    ensure_authorities(at=now())
    ensure_offers(at=now())
    user = make_saps()
    row = note_before(user, Offer.objects.get(edition=PRACTICE))
    page, act = (reverse(f"gerencia:note_{name}", args=[row.pk]) for name in ("detail", "sign"))
    return Act(user, row, page, act, "valid")


def register_letter(entity: Any) -> Act:
    ensure_offers(at=now())
    state = state_of(entity)
    enrolment = Enrolment.objects.create(offer=Offer.objects.get(edition=PRACTICE), entity=state)
    row = sent_letter(enrolment, make_user())
    page, act = (reverse(f"gerencia:letter_{name}", args=[row.pk]) for name in ("review", "return"))
    return Act(make_saps(), row, page, act, "returned", REASON)


def exclude_profile(entity: Any) -> Act:
    row = make_membership(make_person(), Membership.Role.PEC_MUNICIPAL_ADMIN, entity)
    act = reverse("egestor:membership_exclude", args=[row.pk])
    return Act(make_saps(), row, reverse("egestor:profile_list"), act, "excluded")


def reset_factor(entity: Any) -> Act:
    row = make_staff("colega")
    service.enrol(user_id=row.pk, secret=SECRET, code=code(steps=-1), at=now())
    act = reverse("accounts:second_factor_reset", args=[row.pk])
    shows = {True: "has one", False: "has none"}
    return Act(
        make_administrator(),
        row,
        reverse("accounts:team"),
        act,
        "has none",
        shows=lambda person: shows[SecondFactor.objects.filter(user=person.pk).exists()],
    )


def make_saps() -> User:
    return make_staff("saps", staff_role=User.StaffRole.SAPS)


def code(*, steps: int = 0) -> str:
    return service._code(SECRET, service._step(now()) + steps)


# Each permission that asks it again, with the act of a role that holds it.
ACTS: dict[str, Callable[[Any], Act]] = {
    Rnds.REVIEW_REQUEST: approve_request,
    Rnds.REVOKE_CREDENTIAL: revoke_credential,
    Siops.REVIEW_LETTER: return_letter,
    Siops.INVITE_COURT: end_court,
    Siops.CHECK_FUND_RECORD: take_update,
    Siops.ISSUE_CERTIFICATE: issue_certificate,
    Siops.LOAD_ELECTION: load_election,
    Siops.RELEASE_RULE: release_rule,
    Gerencia.REVIEW_LETTER: register_letter,
    Gerencia.SIGN_NOTE: sign_note,
    Accounts.EXCLUDE_MEMBERSHIP: exclude_profile,
    Accounts.RESET_SECOND_FACTOR: reset_factor,
}
# From inside a room that has a database of its own.
IN_A_ROOM = {Rooms.CHANGE}


def test_every_permission_that_asks_it_again_is_tried() -> None:
    assert set(ACTS) | IN_A_ROOM == house.stepped_up()


@pytest.mark.parametrize("permission", ACTS)
def test_after_fifteen_minutes_the_act_asks_the_code_and_then_is_done(
    permission: str, clock: Clock, switch: Switch
) -> None:
    switch(review_mode="analista" if permission == Rnds.REVIEW_REQUEST else "automatico")
    act = ACTS[permission](make_entity())
    client = entered(act.user)
    act.first(client)
    assert client.get(act.page).status_code == 200
    clock.shift(timedelta(minutes=15))
    assert client.get(act.page).status_code == (302 if act.page_asks else 200)
    before, events = act.state, AuditEvent.objects.count()
    assert before != act.after

    sent = {"Referer": f"http://testserver{act.page}"}
    refused = client.post(act.act, act.data, headers=sent)
    assert refused.headers["Location"] == reverse(FACTOR, query={"next": act.page})
    assert (act.state, AuditEvent.objects.count()) == (before, events)

    shown = client.post(reverse(FACTOR), {"code": code(), "next": act.page})
    assert shown.headers["Location"] == act.page
    client.post(act.act, act.data, headers=sent)
    assert act.state == act.after


def entered(user: User) -> Client:
    """By the door of the team, with password and code."""
    service.enrol(user_id=user.pk, secret=SECRET, code=code(steps=-1), at=now())
    client = Client()
    client.post(reverse("admin:login"), {"username": user.login, "password": PASSWORD})
    client.post(reverse(FACTOR), {"code": code()})
    return client
