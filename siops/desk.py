"""What waits at the desk of the ministry for the coordination of the SIOPS and for the FNS/SECON."""

from datetime import timedelta

from common.house import Waiting
from common.terms import Hours, desk_term
from siops.models import FundUpdate, OfficialLetter, SupportTicket
from siops.models.tickets import ANSWER_WITHIN
from siops.permissions import Permission

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
TICKETS = Waiting(
    key="chamados",
    rows=lambda actor: SupportTicket.objects.visible_to(actor).filter(status__in=SupportTicket.WAITING),
    since="waiting_since",
    term=lambda: Hours(ANSWER_WITHIN // timedelta(hours=1)),
    act=Permission.ANSWER_TICKET,
    item="siops:ticket_answer",
    decisions={"ticket.answered": "respondido"},
    note=lambda ticket: ticket.subject,
)
