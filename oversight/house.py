"""What the oversight brings to the house."""

from accounts.models import User
from accounts.session import BOND
from common.house import Entry, Queue
from common.ui import Tone
from oversight import fidelity
from oversight.permissions import Permission
from siops.models.scoped import COUNCIL, MANAGER, TECHNICIAN

# The Tribunal sees its state, which no entity of its own tells: services.reading.
SEEN_BY = (
    MANAGER,
    TECHNICIAN,
    COUNCIL,
    User.StaffRole.SIOPS_COORDINATION,
    User.StaffRole.AUDITOR,
    User.StaffRole.ADMINISTRATOR,
)
MENU = (
    Entry(
        "Conselho e Tribunal", "oversight:declaration_list", frozenset({BOND}), Permission.READ, group="Acompanhamento"
    ),
)
QUEUES = (
    Queue(
        "Conselho e Tribunal",
        "Pareceres e apurações",
        "scale-balanced",
        "oversight:declaration_list",
        Permission.READ,
    ),
)
VERBS = {
    "assessment.registered": "Apuração do Tribunal de Contas registrada",
    "opinion.given": "Parecer do Conselho publicado",
    "opinion.returned": "Parecer do Conselho retornado para ajustes",
    "opinion.taken": "Análise do Conselho iniciada",
}
RECORDED = ("assessment.registered", "opinion.given")
TONES = {
    "before_council": Tone.INFO,
    "favourable": Tone.SUCCESS,
    "with_reservations": Tone.WARNING,
    "unfavourable": Tone.DANGER,
    "returned_for_adjustment": Tone.WARNING,
    "confirmed_by_court": Tone.SUCCESS,
    "divergent": Tone.DANGER,
    "not_analysed": Tone.NEUTRAL,
}
FIDELITY = fidelity.AREAS
