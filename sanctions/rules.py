"""Who sees the sanctions (spec of the SIOPS, section 2): the whole entity its own, the coordination all.

Who answers for the entity by certificate defends it.
"""

from __future__ import annotations

import rules

from accounts.rules import reads_everything
from common.permissions import GIVEN_BY_ADMINISTRATOR, STAFF_DOOR, Holders, declare_holders
from sanctions.permissions import Permission
from siops.doors import SIOPS_DOOR
from siops.rules import acts_for_entity, is_coordination, is_head, is_of_council, is_secretary

rules.add_perm(Permission.VIEW_SANCTIONS, acts_for_entity | is_of_council)
rules.add_perm(Permission.PRESENT_DEFENCE, is_head | is_secretary)
rules.add_perm(Permission.READ_SANCTIONS, is_coordination | reads_everything)

declare_holders(
    {
        Permission.VIEW_SANCTIONS: Holders(
            "quem responde pelo ente no SIOPS, e o Conselho de Saúde dele",
            "O Secretário de Saúde cadastra o responsável pelo envio de dados no Módulo de Gestores.",
            SIOPS_DOOR,
        ),
        Permission.PRESENT_DEFENCE: Holders(
            "o Chefe do Poder Executivo, o Secretário de Saúde e os substitutos deles",
            "O Chefe do Poder Executivo cadastra o Secretário e os substitutos no Módulo de Gestores.",
            SIOPS_DOOR,
        ),
        Permission.READ_SANCTIONS: Holders(
            "a coordenação do SIOPS; o auditor e o administrador do simulador só leem",
            GIVEN_BY_ADMINISTRATOR,
            STAFF_DOOR,
        ),
    }
)
