"""Who may run a lot (spec section 3): the TI of the municipality, by the door of the SISRede, and nobody else."""

from __future__ import annotations

import rules

from cadsus import offices
from cadsus.doors import SISREDE_DOOR
from cadsus.models import Posting
from common.actor import Actor, OfEntity, entity_id_of
from common.permissions import Holders, declare_holders
from lots.permissions import Permission


@rules.predicate
def is_it_of_the_municipality(actor: Actor, target: OfEntity | None = None) -> bool:
    """The TI of the municipality of the lot; of any, without one."""
    entity = entity_id_of(target) if target is not None else None
    return actor.holds(offices.MODULE, Posting.Function.MUNICIPAL_IT, entity_id=entity)


rules.add_perm(Permission.RUN_LOT, is_it_of_the_municipality)
declare_holders(
    {
        Permission.RUN_LOT: Holders(
            "a TI municipal", "As lotações vêm do vínculo com o CNES, mantido pela TI municipal.", SISREDE_DOOR
        )
    }
)
