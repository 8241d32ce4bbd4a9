"""What the public side of the SIOPS brings to the house."""

from accounts.session import BOND
from common.house import ANONYMOUS, Entry, SystemCard
from transparency import fidelity

MENU = (Entry("Consulta pública", "transparency:delivery_map", frozenset({ANONYMOUS, BOND})),)
SYSTEM_CARDS = (
    SystemCard(
        "Consulta pública do SIOPS",
        "Quem entregou, o Anexo 12 e os indicadores de cada município, sem entrar.",
        "transparency:delivery_map",
    ),
)
FIDELITY, NOT_YET = fidelity.AREAS, fidelity.NOT_YET
