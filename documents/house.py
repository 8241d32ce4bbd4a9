"""What the papers bring to the house."""

from documents import fidelity

VERBS = {"paper.issued": "Papel emitido e assinado", "process.opened": "Processo aberto"}
FIDELITY = fidelity.AREAS
