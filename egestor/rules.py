"""Who may do what with deployment tokens."""

from typing import Any

import rules

from accounts.models import Membership, Organisation
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
