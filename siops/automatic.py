"""The desks of the SIOPS that answer by themselves when the room has them so (MODO_POSTO, MODO_FNS, MODO_OFICIO)."""

from django.db.models import F, QuerySet

from common.answering import Answering
from siops.models import CertificationRequest, FundUpdate, OfficialLetter
from siops.models.certification import beginning
from siops.services import answers

ENTITY = ("entity__municipality__uf", "entity__uf")


def _scheduled() -> QuerySet[CertificationRequest]:
    rows = CertificationRequest.objects.filter(status=CertificationRequest.Status.SCHEDULED)
    return rows.select_related("person", "service_point__certifier")


COUNTER = Answering(
    name="counter_answer",
    switch="counter_answers",
    rows=_scheduled,
    since=beginning(),
    what=lambda row: f"Posto {row.service_point} atende {row.person.name}",
    told="o titular",
    answer=answers.answer_certification,
)
FUND = Answering(
    name="fund_answer",
    switch="fund_answers",
    rows=lambda: FundUpdate.objects.filter(status__in=FundUpdate.WAITING).select_related(*ENTITY),
    since=F("sent_at"),
    what=lambda update: f"FNS/SECON confere o Anexo I de {update.entity}",
    told="quem o abriu",
    answer=answers.answer_update,
)
LETTER = Answering(
    name="letter_answer",
    switch="letter_answers",
    rows=lambda: OfficialLetter.objects.filter(status=OfficialLetter.Status.SENT).select_related(*ENTITY),
    since=F("sent_at"),
    what=lambda letter: f"Coordenação do SIOPS analisa o ofício de {letter.entity}",
    told="quem o enviou",
    answer=answers.answer_letter,
)
DUE_KINDS = (COUNTER.kind, FUND.kind, LETTER.kind)
