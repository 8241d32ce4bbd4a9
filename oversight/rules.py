"""Who may do what: the Conselho over its own entity, the Tribunal over the entities of its state (spec, section 2)."""

from __future__ import annotations

import rules

from accounts.rules import reads_everything
from common.actor import Actor
from common.permissions import Holders, declare_holders
from declarations.models import Declaration
from oversight.permissions import Permission
from siops.doors import COUNCIL_DOOR, SIOPS_DOOR
from siops.models.scoped import COURT
from siops.offices import SiopsOffice
from siops.rules import acts_for_entity, is_coordination, is_of_council, is_secretary


@rules.predicate
def watches_the_state(actor: Actor, declaration: Declaration | None = None) -> bool:
    """Of the Tribunal de Contas of the state in which the entity is."""
    office = actor.office
    if not isinstance(office, SiopsOffice) or office.kind != COURT:
        return False
    return declaration is None or declaration.entity.uf_id == office.entity.uf_id


@rules.predicate
def reads_all(actor: Actor, declaration: Declaration | None = None) -> bool:
    """The coordination of the SIOPS, and who reads everything."""
    return bool(is_coordination(actor) or reads_everything(actor))


rules.add_perm(Permission.READ, acts_for_entity | is_of_council | watches_the_state | reads_all)
rules.add_perm(Permission.GIVE_OPINION, is_of_council)
# The head, the technician and the Conselho do not read it (spec, section 2).
rules.add_perm(Permission.READ_ASSESSMENT, is_secretary | watches_the_state | reads_all)
rules.add_perm(Permission.ASSESS, watches_the_state)

_COUNCIL = "O Secretário de Saúde cadastra os membros do Conselho no Módulo de Gestores."
_COURT = "A coordenação do SIOPS convida quem é do Tribunal de Contas."
declare_holders(
    {
        Permission.READ: Holders(
            "quem responde pelo ente, o Conselho de Saúde dele e o Tribunal de Contas do Estado", _COUNCIL, SIOPS_DOOR
        ),
        Permission.GIVE_OPINION: Holders("o membro do Conselho de Saúde do ente", _COUNCIL, COUNCIL_DOOR),
        Permission.READ_ASSESSMENT: Holders(
            "o Secretário de Saúde ou o seu substituto, o Tribunal de Contas do Estado e a coordenação do SIOPS",
            _COURT,
            SIOPS_DOOR,
        ),
        Permission.ASSESS: Holders("o Tribunal de Contas do Estado", _COURT, SIOPS_DOOR),
    }
)
