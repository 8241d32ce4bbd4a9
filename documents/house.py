"""What the papers bring to the house."""

from common.house import SIGNED_IN, Entry
from documents import fidelity, witness
from documents.permissions import Permission

MENU = (Entry("Registro de recibos", "documents:log", frozenset({SIGNED_IN}), Permission.EXPORT_LOG, group="Controle"),)
VERBS = {
    "paper.issued": "Papel emitido e assinado",
    "process.opened": "Processo aberto",
    "receipts.exported": "Registro de recibos exportado",
}
WITNESSES = (witness.enter_events,)
FIDELITY = fidelity.AREAS
