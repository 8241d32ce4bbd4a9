"""What the deadlines and sanctions bring to the house."""

from accounts.session import BOND
from common.house import DueKind, Entry, Queue
from common.ui import Tone
from sanctions import fidelity
from sanctions.permissions import Permission
from sanctions.services import coming, recording, reminders

DUE_KINDS = (
    DueKind("sanctions", coming.sanctions, coming.next_sanction, recording.record_sanctions),
    DueKind("sanction_reminder", coming.reminders, coming.next_reminder, reminders.remind, only_tells=True),
)
MENU = (
    Entry(
        "Monitoramento", "sanctions:monitoring", frozenset({BOND}), Permission.VIEW_SANCTIONS, group="Acompanhamento"
    ),
)
QUEUES = (
    Queue(
        "Monitoramento das transferências",
        "Condicionadas e suspensas",
        "scale-balanced",
        "sanctions:omission_list",
        Permission.READ_SANCTIONS,
    ),
)
VERBS = {"defence.presented": "Defesa apresentada", "sanction.recorded": "Prazos e sanções registrados"}
TONES = {
    "notified": Tone.WARNING,
    "suspension_reported": Tone.DANGER,
    "transfers_suspended": Tone.DANGER,
    "restoration_requested": Tone.INFO,
    "restored": Tone.SUCCESS,
    "settled": Tone.SUCCESS,
    "breached": Tone.WARNING,
    "conditioned": Tone.WARNING,
    "deposited": Tone.INFO,
    "proof_suspended": Tone.DANGER,
    "regularized": Tone.SUCCESS,
}
FIDELITY, NOT_YET = fidelity.AREAS, fidelity.NOT_YET
