"""What waits at the desk for the coordination of the SIOPS, for the FNS/SECON and for the certifiers."""

from common.house import Waiting
from common.terms import Hours, desk_term
from siops.models import CertificationRequest, FundUpdate, OfficialLetter
from siops.permissions import Permission
from siops.services.registry import legal_date
from tickets.models import Product
from tickets.queues import tickets_waiting

# The day of the counter, and whoever was left of the days before.
COUNTER = Waiting(
    key="posto",
    rows=lambda actor: CertificationRequest.objects.visible_to(actor).due_by(legal_date(actor.at)),
    since="begins_at",
    term=lambda: Hours(CertificationRequest.PERIOD_HOURS),
    act=Permission.ISSUE_CERTIFICATE,
    item="siops:certifier_issue",
    decisions={"certification.issued": "emitido", "certification.refused": "recusado"},
    codes=("protocol",),
    note=lambda row: f"{row.scheduled_for:%d/%m/%Y}, {row.get_period_display().lower()}",
)
LETTERS = Waiting(
    key="oficios",
    rows=lambda actor: OfficialLetter.objects.visible_to(actor).filter(status=OfficialLetter.Status.SENT),
    since="sent_at",
    term=desk_term,
    act=Permission.REVIEW_LETTER,
    item="siops:letter_review",
    decisions={"letter.approved": "aprovado", "letter.returned": "devolvido"},
    note=lambda letter: f"Novo chefe: {letter.name}",
)
FUND_UPDATES = Waiting(
    key="fns",
    rows=lambda actor: FundUpdate.objects.visible_to(actor).filter(status__in=FundUpdate.WAITING),
    since="sent_at",
    term=desk_term,
    act=Permission.CHECK_FUND_RECORD,
    item="siops:fund_update_check",
    decisions={"fund_update.approved": "aprovada", "fund_update.returned": "devolvida"},
    codes=("cnpj",),
    note=lambda update: update.get_status_display().capitalize(),
)
TICKETS = tickets_waiting("chamados", product=Product.SIOPS, act=Permission.ANSWER_TICKET, item="siops:ticket_answer")
