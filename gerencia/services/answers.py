"""What the SAPS decides by itself of an ofício, when a room has MODO_ADESAO automatic: two accounts, as for people."""

from __future__ import annotations

from datetime import datetime

from accounts.automatic import automatic_actor
from accounts.models import User
from common.actor import Actor
from common.answering import unmet
from gerencia.models import OfficialLetter
from gerencia.services.letters import accept_letter, register_letter, return_letter
from gerencia.services.reading import letter_checks, may_send_letter

ALREADY_JOINED = "Resposta automática: a adesão do ente a esta oferta já não espera por um ofício."


def answer_letter(*, pk: int, at: datetime) -> None:
    """Register and check: accepted when no fact breaks its rule, otherwise returned with what is wrong."""
    rows = OfficialLetter.objects.defer("sealed_content").select_related(
        "enrolment__offer", "enrolment__entity__municipality__uf", "enrolment__entity__uf"
    )
    letter = rows.get(pk=pk)
    checker = _saps("adesao-conferencia", "SAPS, conferência", at)
    is_new = letter.status == OfficialLetter.Status.SENT
    reason = ALREADY_JOINED if is_new and not may_send_letter(letter.enrolment) else unmet(letter_checks(letter))
    if reason:
        return_letter(letter_id=pk, reason=reason, by=checker, at=at)
        return
    if is_new:
        register_letter(letter_id=pk, by=_saps("adesao-registro", "SAPS, registro", at), at=at)
    accept_letter(letter_id=pk, by=checker, at=at)


def _saps(desk: str, words: str, at: datetime) -> Actor:
    return automatic_actor(desk=desk, role=User.StaffRole.SAPS, words=words, at=at)
