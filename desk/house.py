"""What the desk brings to the house."""

from accounts.models import User
from common.house import Entry, System
from common.permissions import STAFF_DOOR
from desk import fidelity
from desk.permissions import Permission

SYSTEMS = (System("/ministerio/", STAFF_DOOR, "Mesa", "desk:home"),)
MENU = (
    Entry("Mesa", "desk:home", frozenset({User.Kind.STAFF}), Permission.OPEN_DESK),
    Entry("Auditoria", "desk:trail", frozenset({User.Kind.STAFF}), Permission.READ_TRAIL, group="Controle"),
)
HOMES = (Entry("Início", "desk:home", frozenset({User.Kind.STAFF}), Permission.OPEN_DESK),)
VERBS = {
    "desk.taken": "Item assumido na mesa",
    "desk.given_back": "Item devolvido à fila",
}
FIDELITY = (fidelity.AREA,)
