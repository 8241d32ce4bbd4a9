"""What an ofício must be: of a state, sent in time, by whom the nota names, as a PDF that such a person signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from common import addresses, switches
from common.exceptions import AllAtOnce, RuleBroken
from common.legal_time import BRASILIA
from common.uploads.pdf import check_pdf
from documents.services.checking import Finding, Outcome, check_file
from gerencia.models import Enrolment, Offer, OfficialLetter
from gerencia.services.windows import last_minute
from pki.authority.holders import ascii_name
from pki.services import locks
from territory.models import Entity

ONLY_STATES = "A adesão por ofício é exclusiva de gestores estaduais."
NO_LETTERS = "Esta oferta não aceita adesão por ofício."
TOO_LATE = "Prazo para envio de ofício encerrado em {day}."
FUTURE = "A data de envio não pode ser futura."
WRONG_SIGNATORY = (
    "Signatário não aceito: o ofício deve ser do(a) Secretário(a) Estadual de Saúde ou do(a) Coordenador(a) de APS."
)
UNSIGNED = "O PDF não tem assinatura digital. Assine-o com o certificado do signatário."
ALTERED = "O PDF foi alterado depois de assinado. Envie o arquivo como saiu da assinatura."
UNKNOWN_AUTHORITY = "A assinatura do PDF não é de uma autoridade deste simulador."
REVOKED = "O certificado que assinou o PDF já estava revogado."
OTHER_FILE = "O PDF traz os códigos de um papel desta sala, e não é ele."
OTHER_ROOM = "Este ofício foi emitido em outra sala."
SOMEBODY_ELSE = "O PDF foi assinado por {signer}, e não pelo signatário informado."
SAME_FILE = "Este mesmo ofício já foi recebido em {day}."
ALREADY_RUNNING = "O ente já tem um ofício em andamento nesta oferta."
_REFUSED = {
    Outcome.UNSIGNED: UNSIGNED,
    Outcome.ALTERED: ALTERED,
    Outcome.UNKNOWN_AUTHORITY: UNKNOWN_AUTHORITY,
    Outcome.REVOKED: REVOKED,
    Outcome.OTHER_FILE: OTHER_FILE,
}


@dataclass(frozen=True)
class Signed:
    """A PDF that was looked into: its digest and whose certificate signed it."""

    content: bytes = field(repr=False)
    sha256: str
    signer: str


def require_state(offer: Offer, entity: Entity) -> None:
    """Raise RuleBroken unless the exception is for this entity (only_states, no_letters)."""
    kinds = {Entity.Kind.STATE}
    if switches.now().letter_from_federal_district:
        kinds.add(Entity.Kind.FEDERAL_DISTRICT)
    if entity.kind not in kinds:
        raise RuleBroken(ONLY_STATES, code="only_states")
    if offer.letters_until is None:
        raise RuleBroken(NO_LETTERS, code="no_letters")


def require_sent_in_time(offer: Offer, *, sent_at: datetime, at: datetime) -> None:
    """Raise RuleBroken when it was sent after the limit, or is said to be sent after `at` (too_late, future)."""
    if sent_at > at:
        raise RuleBroken(FUTURE, code="future", field="sent_on")
    limit = offer.letters_until
    if limit is not None and sent_at >= limit:
        day = f"{last_minute(limit).astimezone(BRASILIA):%d/%m/%Y}"
        raise RuleBroken(TOO_LATE.format(day=day), code="too_late", field="sent_on")


def require_signatory(role: str) -> None:
    if role not in OfficialLetter.ACCEPTED_SIGNATORIES:
        raise RuleBroken(WRONG_SIGNATORY, code="wrong_signatory", field="signatory_role")


def examine(*, content: bytes, name: str) -> Signed:
    """Look into a PDF while nothing is locked: read in a process apart, judged as the conference does.

    Raises RuleBroken (field "file"): those of check_file and check_pdf, unsigned, altered, unknown_authority, revoked,
    other_file, other_room, somebody_else.
    """
    finding = check_file(content=content)
    if finding.outcome in _REFUSED:
        raise RuleBroken(_REFUSED[finding.outcome], code=finding.outcome.value, field="file")
    if _is_of_another_room(finding):
        raise RuleBroken(OTHER_ROOM, code="other_room", field="file")
    # A paper of this room brings its proof along; whatever else was signed does nothing besides being read.
    if finding.outcome is not Outcome.INTACT:
        check_pdf(content)
    # A certificate of the ICP-Brasil says «NOME:CPF».
    signers = [signature.signer.partition(":")[0] for signature in finding.signatures]
    own = next((signer for signer in signers if ascii_name(signer) == ascii_name(name)), None)
    if own is None:
        raise RuleBroken(SOMEBODY_ELSE.format(signer=signers[0]), code="somebody_else", field="file")
    return Signed(content, hashlib.sha256(content).hexdigest(), own)


# Advisory lock of the files of ofícios, which no row has before they are taken in.
_FILES = 9_001


def require_new(enrolment: Enrolment, sha256: str) -> None:
    """Raise RuleBroken for the same file twice, or a second ofício while one is on its way (same_file, running).

    Who brings the same file at the same moment waits here, whatever the entity.
    """
    locks.take(_FILES)
    running = OfficialLetter.objects.running()
    same = running.filter(sha256=sha256).first()
    if same is not None and same.sent_at is not None:
        day = f"{(same.registered_at or same.sent_at).astimezone(BRASILIA):%d/%m/%Y}"
        raise RuleBroken(SAME_FILE.format(day=day), code="same_file", field="file")
    if enrolment.pk and running.filter(enrolment=enrolment).exists():
        raise RuleBroken(ALREADY_RUNNING, code="running")


def require_all(offer: Offer, entity: Entity, *, role: str, sent_at: datetime | None, at: datetime) -> AllAtOnce:
    """Every rule that needs no file, asked at once; the caller adds its own and settles."""
    rules = AllAtOnce()
    rules.ask(require_state, offer, entity)
    rules.ask(require_signatory, role)
    if sent_at is not None:
        rules.ask(require_sent_in_time, offer, sent_at=sent_at, at=at)
    return rules


def _is_of_another_room(finding: Finding) -> bool:
    here = addresses.portal_url()
    places = {signature.location for signature in finding.signatures}
    return any(place.startswith(settings.PORTAL_URL) and place != here for place in places)
