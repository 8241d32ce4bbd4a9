"""Any sequence of registrations, replacements, dates, elections, letters and blocks keeps what the law needs true.

One current secretary and technician per entity; a history from which nothing disappears; nobody acts after losing the
role. What the service answers is compared with a model of its own, which knows only who holds what until when.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from common.exceptions import NotPermitted, Refusal, RuleBroken
from common.legal_time import BRASILIA
from common.models import AuditEvent, OutboxMessage
from pki import services as pki
from registry.models import Person
from siops.models import Attachment, HealthManager, OfficialLetter, Technician
from siops.models.scoped import TECHNICIAN
from siops.services import sign_in
from siops.services.letters import approve_letter, return_letter, send_letter
from siops.services.managers import change_term, confirm_manager, end_manager
from siops.services.technician_access import send_recovery
from siops.services.technicians import change_technician_contact
from territory.models import Entity
from tests.actors import acting as as_actor
from tests.clock import standing_at
from tests.factories import make_entity, make_other_entity, make_user, person_of, siops
from tests.factories.siops import Acting
from tests.siops.managers_support import Role, register, register_sender
from tests.siops.papers import pdf
from tests.siops.technician_door import bound, knock, set_password
from tests.siops.test_elections import file, line, load

START = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
PEOPLE = 6
RUNS, STEPS = 16, 50
PIN, PUK = "1234", "12345678"
SENDER = TECHNICIAN
LINK = "/entrar/senha/"
COPIES = {kind.value: ("copia.pdf", pdf(kind)) for kind in Attachment.FOR_LETTER}
REGISTERS = {
    Role.HEAD_SUBSTITUTE: (Role.HEAD, Role.HEAD_SUBSTITUTE),
    Role.SECRETARY: (Role.HEAD, Role.HEAD_SUBSTITUTE),
    Role.SECRETARY_SUBSTITUTE: (Role.HEAD, Role.HEAD_SUBSTITUTE),
    Role.COUNCIL: (Role.SECRETARY, Role.SECRETARY_SUBSTITUTE),
}
SECRETARIES = (Role.SECRETARY, Role.SECRETARY_SUBSTITUTE)
person_numbers = st.integers(0, PEOPLE - 1)
# Whoever holds the role, as a rule; at times somebody else claims it.
actors = st.sampled_from([*[None] * 12, *range(PEOPLE)])
entity_numbers = st.integers(0, 1)
# The coordination invites who comes from the Tribunal, apart from the Módulo de Gestores.
OF_THE_ENTITY = [role.value for role in Role if role != Role.COURT]
roles = st.sampled_from(OF_THE_ENTITY)
# None: in the role that may.
capacities = st.sampled_from([*[None] * 12, *OF_THE_ENTITY, SENDER])
registered_roles = st.sampled_from([Role.SECRETARY.value] * 3 + OF_THE_ENTITY).map(str)
days = st.sampled_from([0, 0, -1, -1, 1, 5])
lengths = st.sampled_from([3, 0, -1, 30])


VERBS: list[tuple[Callable[..., None], dict[str, st.SearchStrategy[Any]]]] = []


def verb(weight: int = 1, **drawn: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """One thing that may happen, `weight` times as often as the others."""

    def put(method: Any) -> Any:
        VERBS.extend([(method, drawn)] * weight)
        return method

    return put


def may_register(role: str) -> str:
    """Who registers, dates and ends that role, before any substitute."""
    return REGISTERS.get(Role(role), (Role.HEAD,))[0]


class ChangeOfGovernment(RuleBasedStateMachine):
    """Two entities, six people, every verb of the Módulo de Gestores by everybody in every role."""

    entities: ClassVar[list[Entity]]
    people: ClassVar[list[Person]]
    staff: ClassVar[User]

    @initialize()
    def begin(self) -> None:
        # Each run is undone at its end; people, entities and certificates are of all runs.
        self.block = transaction.atomic()
        self.block.__enter__()
        self.at = START
        self.blocked: set[int] = set()
        self.known: dict[tuple[str, int], tuple[Any, ...]] = {}
        self.election_year = 2028
        # The newest links of each person (to which mailboxes, when), and the password that one of them set (by which
        # mailbox, when); the browsers in which technicians have entered.
        self.links: dict[int, tuple[set[str], datetime]] = {}
        self.passwords: dict[int, tuple[str, datetime]] = {}
        self.browsers: dict[tuple[int, int], tuple[Client, datetime]] = {}
        for entity, head in zip(self.entities, self.people, strict=False):
            siops.make_health_manager(Role.HEAD, entity, person=head, registered_at=START)
        for entity, secretary in zip(self.entities, self.people[2:], strict=False):
            siops.make_health_manager(Role.SECRETARY, entity, person=secretary, registered_at=START)
        self.planted = {("siops.healthmanager", str(pk)) for pk in HealthManager.objects.values_list("pk", flat=True)}

        for e, whom in ((0, 4), (1, 5)):
            self.somebody_registers_a_technician(e, None, None, whom)
            self.open_the_newest_link(e)
            self.somebody_knocks_at_the_door_of_the_technicians(whom)
        assert len(self.browsers) == len(self.entities)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # --- What happens ---

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        method, drawn = data.draw(st.sampled_from(VERBS))
        method(self, **{name: data.draw(strategy, label=name) for name, strategy in drawn.items()})

    @verb(minutes=st.sampled_from([29, 30, 60, 11 * 60, 12 * 60, 13 * 60, 24 * 60, 72 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @verb(
        5,
        e=entity_numbers,
        by=actors,
        as_role=capacities,
        role=registered_roles,
        whom=person_numbers,
        start=days,
        length=lengths,
        confirms=st.sampled_from([True, True, True, False]),
    )
    def somebody_registers(
        self, e: int, by: int | None, as_role: str | None, role: str, whom: int, start: int, length: int, confirms: bool
    ) -> None:
        as_role = as_role or may_register(role)
        entity, acting = self.entities[e], self.acting(by, e, as_role)
        present = HealthManager.objects.current().filter(entity=entity, role=role).first()
        starts_on = self.today() + timedelta(days=start)
        made = self.attempt(
            acting,
            as_role in REGISTERS.get(Role(role), ()),
            lambda: register(
                acting,
                role,
                self.people[whom],
                at=self.at,
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=length) if role in HealthManager.SUBSTITUTES else None,
                replaces_id=present.pk if present and confirms else None,
            ),
        )
        if made and present and role != Role.COUNCIL:
            assert confirms
            self.must_be_closed(present)
        if made and role == Role.SECRETARY and (present is None or present.person != made.person):
            self.nobody_sends(entity)

    @verb(4, e=entity_numbers, by=actors, as_role=capacities, whom=person_numbers)
    def somebody_registers_a_technician(self, e: int, by: int | None, as_role: str | None, whom: int) -> None:
        as_role = as_role or Role.SECRETARY
        acting = self.acting(by, e, as_role)
        made = self.attempt(
            acting, as_role in SECRETARIES, lambda: register_sender(acting, self.people[whom], at=self.at)
        )
        if made:
            self.links[made.person_id] = ({made.email}, self.at)

    @verb(e=entity_numbers, minutes=st.sampled_from([0, 0, 29, 30]))
    def the_technician_forgets_the_password(self, e: int, minutes: int) -> None:
        technician = Technician.objects.current().filter(entity=self.entities[e]).first()
        if technician is None:
            return
        person = technician.person
        able = Technician.objects.able().filter(person=person)
        links = send_recovery(cpf=person.cpf_text, at=self.at)
        assert {link.sent_to for link in links} == set(able.values_list("email", flat=True))
        if links:
            self.links[person.pk] = ({link.sent_to for link in links}, self.at)
        self.at += timedelta(minutes=minutes)
        self.open_the_newest_link(e)

    @verb(3, e=entity_numbers)
    def the_newest_link_is_opened(self, e: int) -> None:
        self.open_the_newest_link(e)

    def open_the_newest_link(self, e: int) -> None:
        technician = Technician.objects.current().filter(entity=self.entities[e]).first()
        if technician is None or not OutboxMessage.objects.filter(to_email=technician.email, body__contains=LINK):
            return
        mailboxes, sent_at = self.links[technician.person_id]
        is_live = technician.email in mailboxes and self.at < sent_at + timedelta(minutes=30)
        if not is_live:
            with pytest.raises(RuleBroken, match="Este link não vale mais"):
                set_password(technician.email, at=self.at)
            return
        set_password(technician.email, at=self.at)
        self.links[technician.person_id] = (set(), self.at)
        self.passwords[technician.person_id] = (technician.email, self.at)
        # A new password ends the sessions.
        for key in [key for key in self.browsers if key[1] == technician.person_id]:
            assert self.answer_of(self.browsers.pop(key)[0]) == 302

    @verb(3, whom=person_numbers)
    def somebody_knocks_at_the_door_of_the_technicians(self, whom: int) -> None:
        """The password opens exactly the registrations whose mailbox set it, after they were made."""
        person, browser = self.people[whom], Client()
        opened = [row for row in Technician.objects.able().filter(person=person).order_by("pk") if self.opens(row)]
        with standing_at(self.at):
            answer = knock(browser, person.cpf_text)
            if len(opened) > 1:
                assert answer["Location"] == reverse("siops:technician_entity")
                browser.post(reverse("siops:technician_entity"), {"technician": str(opened[0].pk)})
        if not opened:
            assert bound(browser) is None
            return
        entity_id = opened[0].entity_id
        assert bound(browser) == {"entity": entity_id, "role": SENDER, "proof": "senha"}
        assert Technician.objects.get(pk=opened[0].pk).status == "active"
        self.browsers[entity_id, person.pk] = (browser, self.at)

    @verb()
    def the_technicians_go_on_in_their_browsers(self) -> None:
        """For two hours, and only while registered."""
        active = set(Technician.objects.filter(status="active").values_list("entity", "person"))
        for key, (browser, since) in self.browsers.items():
            goes_on = key in active and self.at < since + timedelta(hours=2)
            assert self.answer_of(browser) == (200 if goes_on else 302)

    @verb(e=entity_numbers, by=actors, as_role=capacities)
    def somebody_alters_the_technician(self, e: int, by: int | None, as_role: str | None) -> None:
        as_role = as_role or Role.SECRETARY
        technician = Technician.objects.current().filter(entity=self.entities[e]).first()
        acting = self.acting(by, e, as_role)
        if technician is not None:
            self.attempt(
                acting,
                as_role in SECRETARIES,
                lambda: change_technician_contact(
                    technician_id=technician.pk,
                    email=f"novo{technician.person_id}@x.example",
                    phone="1133334444",
                    by=acting,
                    at=self.at,
                ),
            )

    @verb(e=entity_numbers, by=actors, as_role=capacities, role=roles, start=days, length=lengths)
    def somebody_changes_the_dates(
        self, e: int, by: int | None, as_role: str | None, role: str, start: int, length: int
    ) -> None:
        starts_on = self.today() + timedelta(days=start)
        ends_on = starts_on + timedelta(days=length)
        self.on_present(
            e,
            by,
            as_role,
            role,
            lambda pk, acting: change_term(manager_id=pk, starts_on=starts_on, ends_on=ends_on, by=acting, at=self.at),
        )

    @verb(e=entity_numbers, by=actors, as_role=capacities, role=roles)
    def somebody_ends(self, e: int, by: int | None, as_role: str | None, role: str) -> None:
        ended = self.on_present(
            e, by, as_role, role, lambda pk, acting: end_manager(manager_id=pk, by=acting, at=self.at)
        )
        if ended and role == Role.SECRETARY:
            self.nobody_sends(self.entities[e])

    @verb(4, e=entity_numbers, by=actors, as_role=capacities, role=st.sampled_from(HealthManager.APPOINTED))
    def somebody_confirms(self, e: int, by: int | None, as_role: str | None, role: str) -> None:
        self.on_present(
            e,
            by,
            as_role,
            role,
            lambda pk, acting: confirm_manager(manager_id=pk, by=acting, at=self.at),
            allowed=(Role.HEAD, Role.HEAD_SUBSTITUTE),
        )

    @verb(e=entity_numbers, whom=person_numbers)
    def an_election_is_loaded(self, e: int, whom: int) -> None:
        entity, elected = self.entities[e], self.people[whom]
        self.election_year += 4
        content = file(line(entity, elected, ANO_ELEICAO=str(self.election_year), DT_POSSE=f"{self.today():%d/%m/%Y}"))
        self.head_changes(
            entity,
            elected,
            lambda: load(content, election_year=self.election_year, at=self.at),
        )

    @verb(e=entity_numbers, by=actors, as_role=capacities, whom=person_numbers, is_good=st.booleans())
    def somebody_sends_a_letter(self, e: int, by: int | None, as_role: str | None, whom: int, is_good: bool) -> None:
        as_role = as_role or Role.HEAD
        entity, person, acting = self.entities[e], self.people[whom], self.acting(by, e, as_role)
        letter = self.attempt(
            acting,
            as_role in HealthManager.BY_CERTIFICATE,
            lambda: send_letter(
                entity_id=entity.pk,
                cpf=person.cpf_text,
                name=person.name,
                email=f"g{person.pk}@x.example",
                phone="1133334444",
                position="Prefeita",
                starts_on=self.today(),
                files=COPIES,
                by=acting,
                at=self.at,
            ),
        )
        if letter and is_good:
            self.head_changes(
                entity, person, lambda: approve_letter(letter_id=letter.pk, by=as_actor(self.staff), at=self.at)
            )
        elif letter:
            return_letter(letter_id=letter.pk, reason="Diploma ilegível.", by=as_actor(self.staff), at=self.at)

    def head_changes(self, entity: Entity, elected: Person, work: Callable[[], Any]) -> None:
        """By election or by letter: who the former head registered waits, and nobody holds two posts."""
        current = HealthManager.objects.current().filter(entity=entity)
        former = current.get(role=Role.HEAD)
        was_secretary = current.filter(role=Role.SECRETARY, person=elected).exists()
        work()
        head = current.get(role=Role.HEAD)
        assert head.person == elected
        if former.person == elected:
            assert head.pk == former.pk
            return
        self.must_be_closed(former)
        if was_secretary:
            self.nobody_sends(entity)
        appointed = current.filter(role__in=HealthManager.APPOINTED)
        assert {row.status for row in appointed} <= {"to_confirm"}
        assert elected.pk not in appointed.values_list("person", flat=True)

    @verb(whom=person_numbers)
    def three_wrong_pins(self, whom: int) -> None:
        person = self.people[whom]
        for _ in range(3):
            assert not sign_in.open_virtual_token(cpf=person.cpf_text, pin="9999", at=self.at).pem
        self.blocked.add(person.pk)

    @verb(whom=person_numbers)
    def the_puk_unblocks(self, whom: int) -> None:
        person = self.people[whom]
        if person.pk in self.blocked:
            sign_in.unblock(cpf=person.cpf_text, puk=PUK, new_pin=PIN, at=self.at)
            self.blocked.remove(person.pk)

    @verb(whom=person_numbers)
    def somebody_comes_to_the_door(self, whom: int) -> None:
        """The right PIN opens an unblocked medium, and the door offers exactly the records in office."""
        person = self.people[whom]
        answer = sign_in.open_virtual_token(cpf=person.cpf_text, pin=PIN, at=self.at)
        assert bool(answer.pem) is (person.pk not in self.blocked)
        if not answer.pem:
            return
        try:
            holder = sign_in.identify(pem=answer.pem, door=sign_in.Door.MUNICIPALITY, at=self.at)
            offered: set[Any] = {office.pk for office in holder.offices}
        except Refusal as refusal:
            offered = {refusal.code} - {"no_role"}
        mine = HealthManager.objects.filter(person=person).exclude(role=Role.COUNCIL)
        assert offered == {row.pk for row in mine if self.is_in_office(row)}

    @verb()
    def everybody_asks_whether_they_may_act(self) -> None:
        """Asked person by person, each role ever held is held now exactly when a record in office gives it."""
        managers, technicians = list(HealthManager.objects.all()), list(Technician.objects.all())
        may = {(row.entity_id, row.person_id, row.role) for row in managers if self.is_in_office(row)}
        may |= {(row.entity_id, row.person_id, SENDER) for row in technicians if row.status == "active"}
        ever = {(row.entity_id, row.person_id, row.role) for row in managers}
        ever |= {(row.entity_id, row.person_id, SENDER) for row in technicians}
        for entity, person, role in ever:
            assert self.acting_for(entity, person, role).holds_role is ((entity, person, role) in may)

    # --- What stays true ---

    @invariant()
    def the_law_is_kept(self) -> None:
        managers = list(HealthManager.objects.order_by("pk"))
        technicians = list(Technician.objects.order_by("pk"))
        self.history_is_complete([*managers, *technicians])
        in_office = set(HealthManager.objects.in_office_at(self.at).values_list("pk", flat=True))
        assert in_office == {row.pk for row in managers if self.is_in_office(row)}
        for entity in self.entities:
            self.one_current_record_of_each(
                [row for row in managers if row.entity_id == entity.pk and row.status in HealthManager.CURRENT],
                [row for row in technicians if row.entity_id == entity.pk and row.status != "substituted"],
            )

    def history_is_complete(self, rows: list[HealthManager | Technician]) -> None:
        """Every row ever seen is there, who and where unchanged; a closed one has its instant and stays as it was."""
        told = set(AuditEvent.objects.values_list("target_type", "target_id")) | self.planted
        now: dict[tuple[str, int], tuple[Any, ...]] = {}
        for row in rows:
            label = row._meta.label_lower
            assert (row.closed_at is not None) is (row.status in ("substituted", "ended"))
            assert (label, str(row.pk)) in told
            now[label, row.pk] = (row.entity_id, row.person_id, row.registered_at, row.closed_at, row.status)
        for key, before in self.known.items():
            assert now[key][:3] == before[:3]
            assert before[3] is None or now[key] == before
        self.known = now

    def one_current_record_of_each(self, managers: list[HealthManager], technicians: list[Technician]) -> None:
        """And nobody holds two records that watch over each other."""
        holders = [(row.role, row.person_id) for row in managers if row.role != Role.COUNCIL]
        holder = dict(holders)
        assert len(holder) == len(holders)
        assert len(technicians) <= 1
        head = holder[Role.HEAD]
        assert head not in [holder.get(role) for role in HealthManager.APPOINTED]
        chief, second = (holder.get(role) for role in SECRETARIES)
        assert chief is None or chief != second
        assert not [row for row in technicians if row.status in Technician.ABLE and row.person_id in (chief, second)]

    # --- Hands ---

    def opens(self, technician: Technician) -> bool:
        mailbox, since = self.passwords.get(technician.person_id, ("", START))
        return mailbox == technician.email and since >= technician.registered_at

    def answer_of(self, browser: Client) -> int:
        with standing_at(self.at):
            return int(browser.get(reverse("siops:technician_home")).status_code)

    def today(self) -> date:
        return self.at.astimezone(BRASILIA).date()

    def acting(self, number: int | None, e: int, role: str) -> Acting:
        if number is None:
            held = HealthManager.objects.current().filter(entity=self.entities[e], role=role).first()
            number = self.people.index(held.person) if held else 0
        user = self.people[number].user
        assert user is not None
        return siops.session_of_office(user, self.entities[e], role, self.at)

    def acting_for(self, entity_id: int, person_id: int, role: str) -> Acting:
        e = next(n for n, entity in enumerate(self.entities) if entity.pk == entity_id)
        return self.acting(next(n for n, person in enumerate(self.people) if person.pk == person_id), e, role)

    def is_in_office(self, row: HealthManager) -> bool:
        return row.status == "active" and row.starts_on <= self.today() <= (row.ends_on or date.max)

    def nobody_sends(self, entity: Entity) -> None:
        assert not Technician.objects.able().filter(entity=entity).exists()

    def attempt(self, acting: Acting, role_may: bool, work: Callable[[], Any]) -> Any:
        """Do it; who has not the role at this instant must be refused, and a refusal changes nothing."""
        may, before = role_may and acting.holds_role, self.picture()
        refusal: Refusal | None = None
        try:
            done = work()
        except Refusal as raised:
            refusal, done = raised, None
        if refusal is not None:
            assert self.picture() == before
        assert isinstance(refusal, NotPermitted) is not may
        return done

    def on_present(
        self,
        e: int,
        by: int | None,
        as_role: str | None,
        role: str,
        work: Callable[[int, Acting], Any],
        allowed: tuple[str, ...] | None = None,
    ) -> Any:
        """Try something on the present record of a role."""
        present = HealthManager.objects.current().filter(entity=self.entities[e], role=role).first()
        if present is None:
            return None
        as_role = as_role or may_register(role)
        acting = self.acting(by, e, as_role)
        roles_allowed = REGISTERS.get(Role(role), ()) if allowed is None else allowed
        return self.attempt(acting, as_role in roles_allowed, lambda: work(present.pk, acting))

    def must_be_closed(self, row: HealthManager) -> None:
        stored = HealthManager.objects.get(pk=row.pk)
        assert stored.status in ("substituted", "ended")
        assert stored.closed_at == self.at

    def picture(self) -> list[Any]:
        return [
            list(HealthManager.objects.order_by("pk").values_list()),
            list(Technician.objects.order_by("pk").values_list()),
            list(OfficialLetter.objects.order_by("pk").values_list()),
            AuditEvent.objects.count(),
        ]


@pytest.mark.django_db
@pytest.mark.timeout(180)
def test_any_sequence_keeps_what_the_law_needs() -> None:
    pki.ensure_authorities(at=START)
    ChangeOfGovernment.entities = [make_entity(), make_other_entity()]
    ChangeOfGovernment.people = [person_of(make_user()) for _ in range(PEOPLE)]
    ChangeOfGovernment.staff = siops.make_coordinator()
    for person in ChangeOfGovernment.people:
        holder = pki.PersonHolder(
            name=person.name, cpf=person.cpf_text, birth_date=person.birth_date, email=person.email
        )
        pki.issue_on_medium(holder=holder, authority_slug="icp", kind="A3", pin=PIN, puk=PUK, at=START)
    run_state_machine_as_test(
        ChangeOfGovernment,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
