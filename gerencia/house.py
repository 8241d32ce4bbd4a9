"""What the Gerencia APS brings to the house."""

from accounts import offices
from accounts.doors import PERSON_DOOR
from accounts.models import User
from common.house import Entry, Queue, System, SystemCard, Waiting
from common.terms import desk_term
from common.ui import Tone
from gerencia import automatic, fidelity
from gerencia.models import OfficialLetter
from gerencia.permissions import Permission
from gerencia.services.reading import notes_at_the_desk

DUE_KINDS = automatic.DUE_KINDS
SEEN_BY = (offices.PROFILE, User.StaffRole.SAPS, User.StaffRole.AUDITOR, User.StaffRole.ADMINISTRATOR)
SYSTEMS = (System("/gerencia-aps/", PERSON_DOOR),)
MENU = (
    Entry("Gerencia APS", "gerencia:home", frozenset({User.Kind.PERSON}), Permission.ENROL),
    Entry("Gerencia APS", "gerencia:home", frozenset({User.Kind.STAFF}), Permission.READ_DESK, group="Filas da SAPS"),
)
QUEUES = (
    Queue("Gerencia APS", "Ofertas e adesões", "clipboard-list", "gerencia:home", Permission.READ_DESK),
    Queue(
        "Ofícios de adesão",
        "Registro e conferência",
        "envelope",
        "gerencia:letter_queue",
        Permission.READ_DESK,
        Waiting(
            key="adesao",
            rows=lambda actor: OfficialLetter.objects.visible_to(actor).filter(status__in=OfficialLetter.WAITING),
            # The instant of sending decides whether it counts; at the desk it waits since it came.
            since="written_at",
            term=desk_term,
            act=Permission.REVIEW_LETTER,
            item="gerencia:letter_review",
            decisions={"gerencia.letter_accepted": "aceito", "gerencia.letter_returned": "devolvido"},
            entity="enrolment__entity",
            note=lambda letter: letter.get_status_display().capitalize(),
        ),
    ),
    Queue(
        "Notas técnicas",
        "Que abrem, prorrogam ou mudam uma oferta, à espera da assinatura",
        "file-signature",
        "gerencia:note_list",
        Permission.READ_DESK,
        Waiting(
            key="notas",
            rows=notes_at_the_desk,
            since="turn_since",
            term=desk_term,
            act=Permission.WRITE_NOTE,
            item="gerencia:note_detail",
            decisions={"gerencia.note_signed": "assinada"},
            entity="",
            codes=("number",),
            note=lambda note: note.get_kind_display(),
        ),
    ),
)
VERBS = {
    "enrolment.accepted": "Ente aderiu à oferta",
    "enrolment.started": "Adesão iniciada",
    "enrolment.withdrawn": "Ente desistiu da oferta",
    "gerencia.letter_accepted": "Ofício de adesão aceito",
    "gerencia.letter_registered": "Ofício de adesão registrado",
    "gerencia.letter_returned": "Ofício de adesão devolvido",
    "gerencia.letter_sent": "Ofício de adesão enviado",
    "gerencia.letter_signed": "Ofício de adesão assinado",
    "gerencia.note_cancelled": "Nota técnica cancelada",
    "gerencia.note_signed": "Nota técnica assinada",
    "gerencia.note_valid": "Nota técnica em vigor",
    "gerencia.note_written": "Nota técnica posta em assinatura",
    "gerencia.professional_cancelled": "Inscrição de profissional cancelada",
    "gerencia.professional_enrolled": "Profissional inscrito na oferta",
}
STEP_UP = (Permission.REVIEW_LETTER, Permission.SIGN_NOTE)
TONES = {
    "enrolled": Tone.SUCCESS,
    "accepted": Tone.SUCCESS,
    "valid": Tone.SUCCESS,
    "signing": Tone.WARNING,
    "letter_check": Tone.WARNING,
    "under_check": Tone.WARNING,
    "sent": Tone.INFO,
    "draft": Tone.NEUTRAL,
    "withdrawn": Tone.NEUTRAL,
    "returned": Tone.DANGER,
}
SYSTEM_CARDS = (SystemCard("Gerencia APS", "Adesão de municípios, estados e DF às ofertas da APS.", "gerencia:home"),)
FIDELITY, NOT_YET, GAPS = fidelity.AREAS, fidelity.NOT_YET, fidelity.GAPS
