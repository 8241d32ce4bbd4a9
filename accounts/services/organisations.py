"""The account of a health fund, opened or readdressed by the FNS (SM-10)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from common import audit
from common.actor import Actor
from common.exceptions import RuleBroken
from territory.models import Entity

ROUTINE = "fund_record"
OTHER_CNPJ = "O CNPJ do Anexo I não é o do fundo de saúde deste ente. Devolva a atualização com este motivo."


@transaction.atomic
def register_fund(*, entity: Entity, cnpj: str, name: str, email: str, at: datetime) -> Organisation:
    """The entity's fund, whose e-mail at the FNS is now `email`; its account is opened if it had none.

    Raises RuleBroken (other_cnpj) when the entity has another fund, or the CNPJ belongs to another entity.
    """
    funds = Organisation.objects.select_for_update(of=("self",)).select_related("user")
    fund = funds.filter(entity=entity).first()
    if fund is None:
        return _open(entity, cnpj, name, email, at)
    if fund.cnpj != cnpj:
        raise RuleBroken(OTHER_CNPJ, code="other_cnpj")
    if fund.user.email != email:
        fund.user.email = email
        fund.user.save(update_fields=["email"])
        audit.record("organisation.readdressed", target=fund, by=Actor.routine(ROUTINE, at), at=at)
    return fund


def _open(entity: Entity, cnpj: str, name: str, email: str, at: datetime) -> Organisation:
    if User.objects.filter(login=cnpj).exists():
        raise RuleBroken(OTHER_CNPJ, code="other_cnpj")
    kind = Organisation.Kind.FMS if entity.kind == Entity.Kind.MUNICIPALITY else Organisation.Kind.FES
    user = User.objects.create_user(cnpj, kind=User.Kind.ORGANISATION, name=name, email=email)
    fund: Organisation = Organisation.objects.create(user=user, kind=kind, cnpj=cnpj, name=name, entity=entity)
    audit.record("organisation.opened", target=fund, by=Actor.routine(ROUTINE, at), at=at)
    return fund
