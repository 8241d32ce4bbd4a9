"""The desk of the SAPS that answers the ofícios by itself when the room has it so (MODO_ADESAO)."""

from django.db.models import F

from common.answering import Answering
from gerencia.models import OfficialLetter
from gerencia.services.answers import answer_letter

LETTER = Answering(
    name="enrolment_answer",
    switch="enrolment_answers",
    rows=lambda: (
        OfficialLetter.objects.filter(status__in=OfficialLetter.WAITING)
        .defer("sealed_content")
        .select_related("enrolment__entity__municipality__uf", "enrolment__entity__uf")
    ),
    since=F("written_at"),
    what=lambda letter: f"SAPS confere o ofício de adesão de {letter.enrolment.entity}",
    told="quem gere o Gerencia APS do ente",
    answer=answer_letter,
)
DUE_KINDS = (LETTER.kind,)
