"""Who may do what with deployment tokens."""

from typing import Any

import rules

from accounts.doors import FUND_DOOR, PERSON_DOOR
from accounts.models import Membership, Organisation
from common.permissions import Holders, declare_holders
from egestor.models import DeploymentToken


@rules.predicate
def is_account_of_fund(user: Any, organisation: Organisation | None) -> bool:
    """The session of the fund itself (CNPJ); nobody else generates tokens, the ministry included."""
    return organisation is not None and organisation.user_id == user.pk


@rules.predicate
def is_fund_of_token(user: Any, token: DeploymentToken | None) -> bool:
    """The fund of the entity for which the token was generated."""
    return token is not None and token.organisation.user_id == user.pk


@rules.predicate
def manages_deployment(user: Any, token: DeploymentToken | None) -> bool:
    """An active GESTOR DO PROGRAMA MUNICIPAL of IMPLANTAÇÃO E-SUS APS in the entity of the token."""
    return token is not None and user.holds(
        Membership.Role.PROGRAMME_MANAGER, token.entity_id, Membership.Programme.DEPLOYMENT
    )


rules.add_perm("egestor.generate_token", is_account_of_fund)
rules.add_perm("egestor.cancel_token", is_fund_of_token)
rules.add_perm("egestor.redeem_token", manages_deployment)

_FUND = Holders("o Fundo de Saúde do ente, com o CNPJ", "O acesso do fundo é o do cadastro no FNS.", FUND_DOOR)
declare_holders(
    {
        "egestor.generate_token": _FUND,
        "egestor.cancel_token": _FUND,
        "egestor.redeem_token": Holders(
            "o Gestor do Programa Municipal (IMPLANTAÇÃO E-SUS APS) para quem o token foi gerado",
            "O perfil é dado pelo Gestor da AB do ente.",
            PERSON_DOOR,
        ),
    }
)
