"""What the rooms bring to the house."""

from common.house import ANONYMOUS, Entry
from rooms import fidelity

MENU = (Entry("Salas", "rooms:choose", frozenset({ANONYMOUS})),)
VERBS = {"room.switches_changed": "Interruptores da sala alterados"}
MACHINE_PATHS = ("/sim/",)
FIDELITY = fidelity.AREAS
