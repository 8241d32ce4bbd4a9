"""Who sits at the desk, and who reads the whole trail."""

import rules

from accounts.offices import STAFF
from accounts.rules import reads_everything
from common.actor import Actor
from common.permissions import GIVEN_BY_ADMINISTRATOR, STAFF_DOOR, Holders, declare_holders
from desk.permissions import Permission
from desk.services.queues import readable


@rules.predicate
def reads_some_queue(actor: Actor) -> bool:
    """A member of the team with at least one queue in which something waits."""
    return actor.holds(STAFF) and bool(readable(actor))


rules.add_perm(Permission.OPEN_DESK, reads_some_queue)
rules.add_perm(Permission.READ_TRAIL, reads_everything)
declare_holders(
    {
        Permission.OPEN_DESK: Holders(
            "quem da equipe do Ministério tem uma fila, o auditor e o administrador", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR
        ),
        Permission.READ_TRAIL: Holders("o auditor e o administrador do simulador", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
    }
)
