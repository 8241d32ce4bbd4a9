"""Entering the SIOPS by certificate: trust, validity, revocation and role at that instant, for one entity."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from accounts.models import User
from accounts.published import is_refused_code
from accounts.services.people import open_account
from accounts.services.sign_in import record_failure
from common import audit, clock, counters, prepared
from common.actor import Actor
from common.exceptions import Refusal, RuleBroken
from common.legal_time import BRASILIA
from pki import services as pki
from pki.authority.holders import ascii_name
from pki.authority.reading import Facts
from pki.models import Certificate, Medium
from registry.models import Person
from siops.models import HealthManager, Technician
from siops.services.certification import activate_certification
from siops.services.post import write_to_record
from territory.models import Entity

NO_CERTIFICATE = "O navegador não apresentou certificado algum."
UNTRUSTED = "O certificado apresentado não foi emitido por uma autoridade deste simulador."
NOT_ON_RECORD = (
    "Este certificado não consta deste ambiente: foi emitido antes que ele fosse reiniciado. Solicite um novo na 2ª "
    "etapa."
)
EXPIRED = "Certificado expirado em {day}. Solicite um novo na 2ª etapa."
NOT_YET_VALID = "Este certificado só vale a partir de {day}."
REVOKED = "Este certificado foi revogado. Solicite um novo na 2ª etapa."
OTHER_RESPONSIBLE = (
    "O nome do responsável que este e-CNPJ traz não é o do cadastro da pessoa deste CPF. Entre com o seu e-CPF."
)
NO_ROLE = "O CPF do certificado não é de Chefe do Poder Executivo, Secretário de Saúde ou substituto em exercício."
OTHER_DOOR = "Você não responde por ente deste tipo. Volte e escolha «{other}»."
TO_CONFIRM = "Seu cadastro por {entity} está A CONFIRMAR pelo novo Chefe do Poder Executivo."
CLOSED_RECORD = "Seu cadastro por {entity} foi encerrado em {day}. Outra pessoa pode responder pelo ente agora."
NOT_BEGUN = "Sua vigência por {entity} começa em {day}."
OVER = "Sua vigência por {entity} terminou em {day}."
TECHNICIAN = "O responsável pelo envio de dados entra com CPF e senha, sem certificado."
CHOOSE = "Escolha por quem você vai agir."
ACCOUNT_CLOSED = "Esta conta está desativada."
# The same words for who has no medium, a blocked or a destroyed one; only the holder's mail tells them apart.
BLOCKED = (
    "Certificado bloqueado. Desbloqueie-o com o PUK. Quem não tem mais o PUK, ou o errou três vezes, precisa solicitar "
    "um novo certificado."
)
NOT_UNBLOCKED = (
    "Não foi possível desbloquear. Confira o CPF e o PUK: com três PUKs errados a mídia é inutilizada, e só um novo "
    "certificado resolve. Quem não está bloqueado não precisa do PUK."
)

# The wrong PINs given for a CPF without medium, and how long they are remembered after the one that blocks it.
DECOY, DECOY_LASTS = "siops.pin", timedelta(days=365)


class Door(models.TextChoices):
    """The two buttons of «Acesso ao Módulo do Gestor – Com Certificado Digital»."""

    STATE = "estado", "Estado"
    MUNICIPALITY = "municipio", "Município"


class Proof(models.TextChoices):
    """How somebody showed to hold the certificate."""

    TLS = "certificado", "Certificado no navegador"
    VIRTUAL = "token_virtual", "Token virtual"


@dataclass(frozen=True)
class Holder:
    """Who a good certificate names, and the records by which that person may act through this door at that instant."""

    person: Person
    serial: str
    sha256: str
    offices: tuple[HealthManager, ...]


@dataclass(frozen=True)
class Entry:
    """By which record and certificate somebody entered, and whether it was that one's first use (4ª etapa)."""

    office: HealthManager
    sha256: str
    has_activated: bool


@dataclass(frozen=True)
class PinAnswer:
    """Either why the virtual token stays closed, or the certificate (PEM) whose key has just signed."""

    message: str = ""
    pem: str = ""

    @property
    def is_blocked(self) -> bool:
        return self.message == BLOCKED


def identify(*, pem: str, door: str, at: datetime) -> Holder:
    """Who presents this certificate and by which records may act at `at`.

    Raises RuleBroken: no_certificate, untrusted, unfit, outside_validity, revoked, not_on_record, other_responsible,
    no_role.
    """
    if not pem:
        raise RuleBroken(NO_CERTIFICATE, code="no_certificate")
    facts = _judged(pem, at)
    person = Person.objects.select_related("user").filter(cpf=facts.person_cpf).first()
    if person is None:
        raise RuleBroken(NO_ROLE, code="no_role")
    if facts.holder_kind == Certificate.HolderKind.ORGANISATION and facts.person_name != ascii_name(person.name):
        raise RuleBroken(OTHER_RESPONSIBLE, code="other_responsible")
    return Holder(person, facts.serial, facts.sha256, _offices(person, door, at))


def _judged(pem: str, at: datetime) -> Facts:
    """What a certificate says, when it proves at `at` who a person is."""
    presented = pki.judge_certificate(pem=pem, use=pki.Use.PERSON, at=at)
    facts = presented.facts
    if facts is None or presented.outcome is pki.Outcome.UNTRUSTED:
        raise RuleBroken(UNTRUSTED, code="untrusted")
    if presented.outcome is pki.Outcome.UNFIT:
        raise RuleBroken(presented.defect, code="unfit")
    if presented.outcome is pki.Outcome.OUTSIDE_VALIDITY:
        message, instant = (NOT_YET_VALID, facts.not_before) if at < facts.not_before else (EXPIRED, facts.not_after)
        raise RuleBroken(message.format(day=_day(instant)), code="outside_validity")
    if presented.outcome is pki.Outcome.REVOKED:
        raise RuleBroken(REVOKED, code="revoked")
    if presented.certificate is None:
        # Nobody could say any more whether it was revoked.
        raise RuleBroken(NOT_ON_RECORD, code="not_on_record")
    return facts


@transaction.atomic
def enter(*, pem: str, door: str, office_id: int, proof: str, at: datetime) -> Entry:
    """Let the holder in to act by the record `office_id`; the person's account is opened at the first entry.

    The first entry with a certificate just issued is its activation (4ª etapa).
    Raises RuleBroken as identify does, and with the codes not_offered and account_closed.
    """
    holder = identify(pem=pem, door=door, at=at)
    office = next((office for office in holder.offices if office.pk == office_id), None)
    if office is None:
        raise RuleBroken(CHOOSE, code="not_offered", field="office")
    # Two first entries of one person wait for each other here.
    person = Person.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=office.person_id)
    user = open_account(person)
    if not user.is_active:
        raise RuleBroken(ACCOUNT_CLOSED, code="account_closed")
    office.person = person
    audit.record(
        "sign_in.succeeded",
        target=user,
        by=Actor.identified(user, at=at),
        at=at,
        proof=proof,
        role=office.role,
        entity=office.entity.ibge,
        certificate=holder.serial,
    )
    activated = activate_certification(person_id=person.pk, serial=holder.serial, at=at)
    return Entry(office, holder.sha256, has_activated=activated is not None)


@transaction.atomic
def record_refused_certificate(*, pem: str, reason: str, at: datetime) -> None:
    """Write that a certificate was shown and did not open: whose it says it is (masked), which, and why."""
    facts = pki.read_facts(pem=pem)
    cpf, serial = (facts.person_cpf, facts.serial) if facts else ("", "")
    record_failure(kind=User.Kind.PERSON, login=cpf, reason=reason, at=at, certificate=serial)


def open_virtual_token(*, cpf: str, pin: str, at: datetime) -> PinAnswer:
    """Try the PIN of the medium kept under `cpf`: on success its key has signed a fresh challenge.

    A CPF without medium is answered and counted as one whose PIN is wrong. Must not run inside a transaction that may
    be undone: the count of wrong PINs is committed.
    """
    medium = medium_of(cpf, at)
    message = try_pin(medium, cpf=cpf, pin=pin, at=at, challenge=secrets.token_bytes(32))
    return PinAnswer(message=message) if message or medium is None else PinAnswer(pem=medium.certificate.pem)


def try_pin(medium: Medium | None, *, cpf: str, pin: str, at: datetime, challenge: bytes = b"") -> str:
    """Why a PIN does not open the medium kept under `cpf`, in words; "" when it does.

    A `challenge` is signed with its key; who signs a paper with that key needs none. As open_virtual_token.
    """
    if medium is None:
        return _answer_of_nobody(cpf, at)
    # A published PIN is a wrong one outside DEMO.
    given: dict[str, Any] = {"medium_id": medium.pk, "pin": "" if is_refused_code(cpf, pin) else pin, "at": at}
    with transaction.atomic():
        answer = pki.sign_challenge(challenge=challenge, **given) if challenge else pki.open_with_pin(**given)
        if answer.just_closed:
            _tell_holder("siops_medium_blocked", cpf, at)
    if answer.is_accepted:
        return ""
    # A destroyed medium is told apart only by the message of the PUK page, which is the same for everybody.
    return answer.message if answer.verdict is pki.Verdict.WRONG_PIN else BLOCKED


def unblock(*, cpf: str, puk: str, new_pin: str, at: datetime) -> None:
    """Unblock the medium kept under `cpf` with its PUK; commits the count of wrong ones.

    Raises RuleBroken, in the same words for an unknown CPF, a medium that is not blocked, a wrong PUK and the third.
    """
    medium = medium_of(cpf, at)
    if medium is None or medium.status != Medium.Status.BLOCKED:
        raise RuleBroken(NOT_UNBLOCKED, code="not_unblocked")
    puk = "" if is_refused_code(cpf, puk) else puk
    try:
        with transaction.atomic():
            answer = pki.unblock_with_puk(medium_id=medium.pk, puk=puk, new_pin=new_pin, at=at)
            if answer.just_closed:
                _tell_holder("siops_medium_destroyed", cpf, at)
    except Refusal:
        raise RuleBroken(NOT_UNBLOCKED, code="not_unblocked") from None
    if not answer.is_accepted:
        raise RuleBroken(NOT_UNBLOCKED, code="not_unblocked")


def _tell_holder(template: str, cpf: str, at: datetime) -> None:
    """What became of the medium, to the holder alone: the door says the same to everybody."""
    records = HealthManager.objects.current().filter(person__cpf=cpf, role__in=HealthManager.BY_CERTIFICATE)
    record = records.select_related("person__user").order_by("-registered_at", "-pk").first()
    if record is not None:
        write_to_record(template, record, at=at, instant=at)


def _offices(person: Person, door: str, at: datetime) -> tuple[HealthManager, ...]:
    """The records in office through this door; raises RuleBroken with the reason when there is none."""
    records = HealthManager.objects.filter(person=person, role__in=HealthManager.BY_CERTIFICATE)
    rows = records.in_office_at(at).select_related("entity__municipality__uf", "entity__uf")
    in_office = tuple(rows.order_by("entity", "role"))
    offered = tuple(office for office in in_office if _door_of(office.entity) == door)
    if offered:
        return offered
    if in_office:
        other = Door.MUNICIPALITY if door == Door.STATE else Door.STATE
        raise RuleBroken(OTHER_DOOR.format(other=other.label), code="no_role")
    raise RuleBroken(_why_not(person, at), code="no_role")


def _door_of(entity: Entity) -> Door:
    return Door.MUNICIPALITY if entity.kind == Entity.Kind.MUNICIPALITY else Door.STATE


def _why_not(person: Person, at: datetime) -> str:
    """In words for the holder, who has proved to be the person."""
    own = HealthManager.objects.filter(person=person, role__in=HealthManager.BY_CERTIFICATE)
    latest = own.current().order_by("-registered_at", "-pk").first() or own.order_by("-closed_at", "-pk").first()
    if latest is None:
        return TECHNICIAN if Technician.objects.current().filter(person=person).exists() else NO_ROLE
    if latest.closed_at:
        return CLOSED_RECORD.format(entity=latest.entity, day=_day(latest.closed_at))
    if latest.status == HealthManager.Status.TO_CONFIRM:
        return TO_CONFIRM.format(entity=latest.entity)
    if latest.starts_on > at.astimezone(BRASILIA).date():
        return NOT_BEGUN.format(entity=latest.entity, day=f"{latest.starts_on:%d/%m/%Y}")
    return OVER.format(entity=latest.entity, day=f"{latest.ends_on:%d/%m/%Y}")


def medium_of(cpf: str, at: datetime) -> Medium | None:
    """The medium that a person uses: in force before expired or revoked, then ready before blocked, then the newest."""
    order = [Medium.Status.DESTROYED, Medium.Status.BLOCKED, Medium.Status.READY]

    def worth(medium: Medium) -> tuple[bool, int, datetime]:
        certificate = medium.certificate
        is_revoked = certificate.revoked_at or certificate.authority.revoked_at
        in_force = not is_revoked and certificate.is_current_at(at)
        return in_force, order.index(Medium.Status(medium.status)), medium.created_at

    return max(_media_of(cpf=cpf), key=worth, default=None)


@prepared.composed
def _media_of(cpf: str) -> models.QuerySet[Medium]:
    unread = [f"certificate__authority__{name}" for name in ("crl_der", "sealed_key")]
    kept = Medium.objects.select_related("certificate__authority").defer(*unread)
    return kept.filter(certificate__holder_kind=Certificate.HolderKind.PERSON, certificate__holder_document=cpf)


def _answer_of_nobody(cpf: str, at: datetime) -> str:
    """What a medium would answer to a wrong PIN, the counting included."""
    times = counters.count(DECOY, cpf, lasts=DECOY_LASTS, at=clock.real(at), limit=Medium.MAX_FAILURES).times
    remaining = Medium.MAX_FAILURES - times
    return pki.MediumAnswer(pki.Verdict.WRONG_PIN, remaining).message if remaining > 0 else BLOCKED


def _day(instant: datetime) -> str:
    return f"{instant.astimezone(BRASILIA):%d/%m/%Y}"
