"""One entity in order with a row of everything, for the matrix of roles: who is who, and the valid form of each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.session import BOND
from pki import services as pki
from registry.models import Person
from siops.models import Attachment, FundUpdate, HealthManager, OfficialLetter, Technician
from siops.models.scoped import TECHNICIAN
from siops.services.fund_updates import content_hash
from tests.factories import (
    NOON,
    make_cnpj,
    make_entity,
    make_organisation,
    make_other_entity,
    make_person,
    siops,
)
from tests.matrix import make_profiles, make_team
from tests.siops.papers import pdf, zipped
from tests.siops.test_elections import file, line
from tickets.models import SupportTicket

Role = HealthManager.Role
TODAY, DAY = NOON.date(), timedelta(days=1)
CNPJ = make_cnpj(9_001)
TEXT = "Um texto com mais de dez caracteres."
# Columns whose holder had an ordinary record when the session was opened, and what befell it since.
LOST: dict[str, tuple[str, dict[str, Any]]] = {
    "early": ("head_substitute", {"starts_on": TODAY + DAY}),
    "late": ("secretary_substitute", {"ends_on": TODAY - DAY}),
    "replaced": ("secretary", {"status": "substituted", "closed_at": NOON}),
    "to_confirm": ("secretary", {"status": "to_confirm"}),
    "to_register_again": ("technician", {"status": "to_register_again"}),
}


@dataclass
class Act:
    """One POST with a valid form, and what must be so before it."""

    route: str
    arguments: tuple[Any, ...] = ()
    data: Callable[[], dict[str, Any]] = dict
    prepare: Callable[[], Any] = lambda: None

    @property
    def address(self) -> str:
        return reverse(f"siops:{self.route}", args=self.arguments)


class World:
    """Everybody who may come, and the rows of the first entity."""

    def __init__(self) -> None:
        pki.ensure_authorities(at=NOON)
        self.entity, other = make_entity(), make_other_entity()
        self.records: dict[str, HealthManager | Technician] = {
            role.value: siops.make_health_manager(role, self.entity) for role in Role
        }
        self.records |= {
            "technician": siops.make_technician(self.entity),
            "other_head": siops.make_health_manager(Role.HEAD, other),
            "other_secretary": siops.make_health_manager(Role.SECRETARY, other),
        }
        team = make_team()
        self.accounts: dict[str, User] = {
            "fund": make_organisation(self.entity, cnpj=CNPJ).user,
            **make_profiles(self.entity),
            **team,
            # Whoever attends for the certifier of the request comes with it.
            "other_certifier": team["certifier"],
        }
        self.update = siops.make_fund_update(
            self.entity,
            cnpj=CNPJ,
            status="returned",
            sent_at=NOON,
            checked_by=self.accounts["checker"],
            checked_at=NOON,
            reason=TEXT,
        )
        self.ticket = siops.make_ticket(self.entity, status="answered", answered_at=NOON)
        self.letter = siops.make_letter(self.entity)
        self.certification = siops.make_certification(self._manager("head"), status="scheduled", scheduled_for=TODAY)
        self.accounts["certifier"] = siops.make_attendant(self.certification.certifier)
        self.files = {
            "fns": siops.make_attachment(self.update),
            "oficio": siops.make_attachment(self.letter),
            "chamado": siops.make_attachment(self.ticket.messages.get(), kind=Attachment.Kind.ARCHIVE),
        }

    def enter(self, column: str) -> Client:
        """The browser of `column`: a session opened by its own door, before the role was lost."""
        client = Client(raise_request_exception=True)
        if column in self.accounts:
            client.force_login(self.accounts[column])
            return client
        if column == "anon":
            return client
        held, change = LOST.get(column, (column, {}))
        record = self.records[held]
        open_session(client, record)
        type(record)._default_manager.filter(pk=record.pk).update(**change)
        if column == "replaced":
            siops.make_health_manager(Role.SECRETARY, self.entity)
        return client

    def address(self, row: str) -> str:
        """Of a route, with the numbers of the first entity's rows; a second word tells one of several."""
        name, _, variant = row.partition(" ")
        number: int | str | None
        numbers: dict[str, int | str] = {
            "manager_register": variant,
            "sample": variant,
            "manager_confirm": self.pk("secretary"),
            "manager_term": self.pk("secretary_substitute"),
            "manager_end": self.pk("secretary_substitute"),
            "technician_contact": self.pk("technician"),
            "letter_review": self.letter.pk,
            "letter_approve": self.letter.pk,
            "letter_return": self.letter.pk,
            "certifier_issue": self.certification.pk,
            "certifier_refuse": self.certification.pk,
            "court_end": self.pk("court"),
            "council_link": "link-de-ninguem",
            "annex_sign": self.update.pk,
        }
        if name == "attachment_download":
            number = self.files[variant].pk
        elif name.startswith("fund_update") and name.rsplit("_")[-1] not in ("list", "open", "queue"):
            number = self.update.pk
        elif name.startswith("ticket") and name.rsplit("_")[-1] not in ("list", "open", "queue"):
            number = self.ticket.pk
        else:
            number = numbers.get(name)
        return reverse(f"siops:{name}", args=[] if number is None else [number])

    def _manager(self, holder: str) -> HealthManager:
        record = self.records[holder]
        assert isinstance(record, HealthManager)
        return record

    def pk(self, holder: str) -> int:
        return int(self.records[holder].pk)

    def acts(self) -> dict[str, Act]:
        person = make_person(name="Antônia Açaí de Ensaio")
        return self._of_the_entity(person) | self._of_the_papers(person) | self._of_the_ministry(person)

    def _of_the_entity(self, person: Person) -> dict[str, Act]:
        form = record_form(person)
        until = {"ends_on": "31/12/2026"}
        term = {"starts_on": "01/11/2026", "ends_on": "15/12/2026"}
        second, vice = self.pk("secretary_substitute"), self.pk("head_substitute")
        return {
            "register secretary": Act("manager_register", ("secretario",), lambda: form | self.over("secretary")),
            "register substitute of secretary": Act(
                "manager_register",
                ("substituto-do-secretario",),
                lambda: form | until | self.over("secretary_substitute"),
            ),
            "register substitute of head": Act(
                "manager_register", ("substituto-do-chefe",), lambda: form | until | self.over("head_substitute")
            ),
            "register head": Act("manager_register", ("chefe",), lambda: form),
            "register council": Act("manager_register", ("conselho",), lambda: form),
            "confirm substitute of secretary": Act(
                "manager_confirm", (second,), prepare=lambda: put(HealthManager, second, status="to_confirm")
            ),
            "date substitute of secretary": Act("manager_term", (second,), lambda: term),
            "date substitute of head": Act("manager_term", (vice,), lambda: term),
            "end secretary": Act("manager_end", (self.pk("secretary"),)),
            "end substitute of head": Act("manager_end", (vice,)),
            "end head": Act("manager_end", (self.pk("head"),)),
            "end council": Act("manager_end", (self.pk("council"),)),
            "register technician": Act(
                "technician_register", (), lambda: sender_form(person) | {"replaces": self.pk("technician")}
            ),
            "alter technician": Act(
                "technician_contact",
                (self.pk("technician"),),
                lambda: {"email": "outro@saude.ensaio.example", "phone": "1132145678"},
            ),
        }

    def _of_the_papers(self, person: Person) -> dict[str, Act]:
        reviewed = {"status": "approved", "reviewed_by": self.accounts["coordination"], "reviewed_at": NOON}
        copies = {kind: ("copia.pdf", pdf(kind)) for kind in Attachment.FOR_LETTER}
        return {
            "send letter": Act(
                "letter_send",
                (),
                lambda: record_form(person) | {kind: upload(*copy) for kind, copy in copies.items()},
                lambda: put(OfficialLetter, self.letter.pk, **reviewed),
            ),
            "open fund update": Act(
                "fund_update_open", prepare=lambda: put(FundUpdate, self.update.pk, status="approved")
            ),
            "attach to fund update": Act(
                "fund_update_attach",
                (self.update.pk,),
                lambda: {"kind": "letter", "file": upload("oficio.pdf", pdf())},
            ),
            "send fund update": Act(
                "fund_update_send",
                (self.update.pk,),
                lambda: {"shown_hash": content_hash(self.update)},
                self.complete_update,
            ),
            "open ticket": Act(
                "ticket_open",
                (),
                lambda: {"subject": "Crítica que não sai", "text": TEXT, "file": upload("declaracao.zip", zipped())},
            ),
            "solve ticket": Act("ticket_solve", (self.ticket.pk,)),
            "reopen ticket": Act("ticket_reopen", (self.ticket.pk,), lambda: {"text": TEXT}),
        }

    def _of_the_ministry(self, person: Person) -> dict[str, Act]:
        letter, update, ticket = (self.letter.pk,), (self.update.pk,), (self.ticket.pk,)
        release = {"rule_code": "SIM-I01", "year": "2026", "bimester": "1", "version": "1", "reason": TEXT}
        secrets = {"pin": "739105", "repeated_pin": "739105"}
        documents = [document.value for document in self.certification.required_documents]
        election = file(line(self.entity, person))
        invitation = {name: record_form(person)[name] for name in ("cpf", "name", "email", "phone", "position")}
        return {
            "invite to the court": Act("court_invite", (), lambda: invitation | {"uf": self.entity.uf_id}),
            "end an invitation": Act("court_end", (self.pk("court"),)),
            "load election": Act(
                "election_list", (), lambda: {"election_year": "2024", "file": upload("eleicao.csv", election)}
            ),
            "approve letter": Act("letter_approve", letter),
            "return letter": Act("letter_return", letter, lambda: {"cause": "other", "reason": TEXT}),
            "take fund update": Act(
                "fund_update_take", update, prepare=lambda: put(FundUpdate, update[0], status="sent")
            ),
            "return fund update": Act(
                "fund_update_return", update, lambda: {"cause": "unsigned"}, self.update_under_check
            ),
            "approve fund update": Act("fund_update_approve", update, prepare=self.update_under_check),
            "answer ticket": Act(
                "ticket_answer",
                ticket,
                lambda: {"text": TEXT},
                lambda: put(SupportTicket, ticket[0], status="open"),
            ),
            "release rule": Act("ticket_release", ticket, lambda: release),
            "issue certificate": Act(
                "certifier_issue", (self.certification.pk,), lambda: secrets | {"documents": documents}
            ),
            "refuse at the counter": Act("certifier_refuse", (self.certification.pk,), lambda: {"cause": "absent"}),
        }

    def over(self, holder: str) -> dict[str, int]:
        """The answer to «O novo cadastro substituirá…» about whoever holds the role now."""
        record = HealthManager.objects.current().filter(entity=self.entity, role=holder).get()
        return {"replaces": record.pk}

    def complete_update(self) -> None:
        for kind in Attachment.FOR_FUND_UPDATE:
            if kind != Attachment.Kind.LETTER:
                siops.make_attachment(self.update, kind=kind)

    def update_under_check(self) -> None:
        put(FundUpdate, self.update.pk, status="under_check")


def open_session(client: Client, record: HealthManager | Technician) -> None:
    """As the door of that record does."""
    assert record.person.user is not None
    if isinstance(record, HealthManager):
        by_link = record.role == Role.COUNCIL
        backend = "siops.backends.CouncilBackend" if by_link else "accounts.backends.CertificateBackend"
        role, proof = record.role, "link" if by_link else "certificado"
    else:
        backend, role, proof = "siops.backends.TechnicianBackend", TECHNICIAN, "senha"
    client.force_login(record.person.user, backend=backend)
    session = client.session
    session[BOND] = {"entity": record.entity_id, "role": role, "proof": proof}
    session.save()


def put(model: Any, pk: int, **fields: Any) -> None:
    """Straight in the table."""
    model._default_manager.filter(pk=pk).update(**fields)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def record_form(person: Person) -> dict[str, Any]:
    """T6, and the fields of the ofício with it."""
    return sender_form(person) | {
        "position": "Cargo de Ensaio",
        "act_number": "12/2026",
        "act_date": "01/11/2026",
        "starts_on": "23/11/2026",
    }


def sender_form(person: Person) -> dict[str, Any]:
    """T7."""
    return {
        "cpf": person.cpf,
        "name": person.name,
        "email": f"novo{person.pk}@saude.ensaio.example",
        "phone": "1132145678",
        "bond": "employee",
    }
