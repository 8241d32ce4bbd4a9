"""What the public side of the SIOPS brings to the house."""

from accounts.session import BOND
from common.house import ANONYMOUS, Entry, SystemCard
from transparency import fidelity
from transparency.api.door import DOOR
from transparency.rail import PATHS

MENU = (Entry("Consulta pública", "transparency:delivery_map", frozenset({ANONYMOUS, BOND}), group="Acompanhamento"),)
SYSTEM_CARDS = (
    SystemCard(
        "Consulta pública do SIOPS",
        "Quem entregou, o Anexo 12 e os indicadores de cada município, sem entrar.",
        "transparency:delivery_map",
    ),
)
MACHINE_PATHS = DOOR.paths
MACHINE_DOORS = (DOOR,)
FIDELITY, NOT_YET = fidelity.AREAS, fidelity.NOT_YET
RAILS = PATHS
