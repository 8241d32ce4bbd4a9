"""Which people of the demonstration serve where a CPF is asked."""

from django.forms import Field

from accounts.models import Membership
from accounts.personas import demo_people, suggest
from common.actor import Actor
from territory.models import Entity


def suggest_responsible(field: Field, entity: Entity, actor: Actor) -> None:
    """Who may use a token: whoever manages the programme of the entity."""
    held = Membership.objects.visible_to(actor).active().filter(entity=entity, role=Membership.Role.PROGRAMME_MANAGER)
    suggest(field, demo_people(ibge=entity.ibge, among=set(held.values_list("person__cpf", flat=True))))


def suggest_newcomers(field: Field, entity: Entity, actor: Actor) -> None:
    """Who has no profile in the entity yet."""
    held = Membership.objects.visible_to(actor).active().filter(entity=entity)
    suggest(field, demo_people(ibge=entity.ibge, besides=set(held.values_list("person__cpf", flat=True))))
