"""Who may do what with a declaration (spec of the SIOPS, section 2): the technician fills, the whole entity reads."""

from __future__ import annotations

import rules

from accounts.rules import reads_everything
from common.permissions import GIVEN_BY_ADMINISTRATOR, STAFF_DOOR, Holders, declare_holders
from declarations.permissions import Permission
from siops.doors import SIOPS_DOOR
from siops.rules import acts_for_entity, is_coordination, is_secretary, is_technician

rules.add_perm(Permission.VIEW_DECLARATION, acts_for_entity)
rules.add_perm(Permission.FILL_DECLARATION, is_technician)
rules.add_perm(Permission.HOMOLOGATE, is_secretary)
rules.add_perm(Permission.RECTIFY, is_secretary)
rules.add_perm(Permission.ISSUE_TOKEN, is_secretary)
rules.add_perm(Permission.READ_CALENDAR, is_coordination | reads_everything)
rules.add_perm(Permission.CHANGE_CALENDAR, is_coordination)

_APPOINTED = "O Chefe do Poder Executivo cadastra o Secretário e o substituto no Módulo de Gestores."
_REGISTERED = "O Secretário de Saúde cadastra o responsável pelo envio de dados no Módulo de Gestores."
declare_holders(
    {
        Permission.VIEW_DECLARATION: Holders("quem responde pelo ente no SIOPS", _REGISTERED, SIOPS_DOOR),
        Permission.FILL_DECLARATION: Holders("o responsável pelo envio de dados", _REGISTERED, SIOPS_DOOR),
        Permission.HOMOLOGATE: Holders("o Secretário de Saúde ou o substituto", _APPOINTED, SIOPS_DOOR),
        Permission.RECTIFY: Holders("o Secretário de Saúde ou o substituto", _APPOINTED, SIOPS_DOOR),
        Permission.ISSUE_TOKEN: Holders(
            "o Secretário de Saúde ou seu substituto", "O Chefe do Poder Executivo os cadastra.", SIOPS_DOOR
        ),
        Permission.READ_CALENDAR: Holders(
            "a coordenação do SIOPS; o auditor e o administrador do simulador só leem",
            GIVEN_BY_ADMINISTRATOR,
            STAFF_DOOR,
        ),
        Permission.CHANGE_CALENDAR: Holders("a coordenação do SIOPS", GIVEN_BY_ADMINISTRATOR, STAFF_DOOR),
    }
)
