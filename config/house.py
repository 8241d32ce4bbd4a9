"""What the house says as a whole: its own pages, which are those of `common`, and what no app says yet."""

from common.house import ANONYMOUS, Entry, System
from common.permissions import STAFF_DOOR

MENU = (Entry("Fidelidade", "common:fidelity", frozenset({ANONYMOUS})),)
HOMES = (Entry("Início", "common:home", frozenset({ANONYMOUS})),)
SYSTEMS = (System("/admin/", STAFF_DOOR),)
MACHINE_PATHS = ("/healthz",)
VERBS = {
    "password.retired": "Senha da demonstração retirada",
}
