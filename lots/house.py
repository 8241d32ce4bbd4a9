"""What the lots bring to the house."""

from cadsus.session import SISREDE
from common.house import DueKind, Entry
from common.ui import Tone
from lots import fidelity
from lots.permissions import Permission
from lots.services import steering

DUE_KINDS = (DueKind("lot_window", steering.edges_coming, steering.next_edge, steering.keep_window),)
MENU = (Entry("Lotes", "lots:lot_list", frozenset({SISREDE}), Permission.RUN_LOT),)
VERBS = {
    "lot.scheduled": "Lote de sincronização pedido",
    "lot.begun": "Lote de sincronização começado",
    "lot.paused": "Lote de sincronização pausado",
    "lot.resumed": "Lote de sincronização retomado",
    "lot.interrupted": "Lote de sincronização interrompido",
    "lot.cancelled": "Lote de sincronização cancelado",
    "lot.finished": "Lote de sincronização concluído",
}
TONES = {
    "scheduled": Tone.INFO,
    "running": Tone.INFO,
    "paused": Tone.WARNING,
    "interrupted": Tone.WARNING,
    "done": Tone.SUCCESS,
    "done_pending": Tone.SUCCESS,
}
FIDELITY = (fidelity.AREA,)
