"""Writing the CADSUS part of the synthetic world: functions, areas and microareas, operators with their access."""

from datetime import datetime, timedelta

from accounts.models import ProfessionalLink
from cadsus.models import Area, MicroArea, Operator, OperatorAccess, Posting
from cadsus.services.operators import TERMS_VERSION
from common.actor import Actor
from config.seed.entities import ENTITIES
from config.seed.plans import EntityPlan, PersonPlan
from registry.models import Person

ASKED, APPROVED = timedelta(days=120), timedelta(days=119)


def workers() -> list[tuple[EntityPlan, PersonPlan]]:
    return [(plan, person) for plan in ENTITIES for person in plan.people if person.posting]


def plant_postings() -> int:
    """Each function once, whatever became of its link."""
    links = _links()
    known = set(Posting.objects.values_list("link_id", "function"))
    wanted = [
        (links[plan.cpf(person)].pk, function)
        for plan, person in workers()
        for function in (person.posting.functions if person.posting else ())
    ]
    rows = [Posting(link_id=link, function=function) for link, function in wanted if (link, function) not in known]
    return len(Posting.objects.bulk_create(rows))


def plant_areas() -> int:
    """Areas, and microareas with their agents; a microarea that is there keeps the agent that people gave it."""
    plans = [(plan, area) for plan in ENTITIES for area in plan.areas]
    known = {(area.establishment_id, area.code): area for area in Area.objects.all()}
    rows = [
        Area(establishment_id=plan.cnes(area.workplace), code=area.code, name=area.name, is_low_risk=area.is_low_risk)
        for plan, area in plans
        if (plan.cnes(area.workplace), area.code) not in known
    ]
    known |= {(area.establishment_id, area.code): area for area in Area.objects.bulk_create(rows)}
    slices = set(MicroArea.objects.values_list("area_id", "code"))
    agents = {
        posting.link.person.cpf: posting
        for posting in Posting.objects.filter(function=Posting.Function.REGISTRATION).select_related("link__person")
    }
    microareas = []
    for plan, area in plans:
        row = known[plan.cnes(area.workplace), area.code]
        for code, key in area.microareas.items():
            if (row.pk, code) not in slices:
                agent = agents[plan.cpf(plan.person(key))] if key else None
                microareas.append(MicroArea(area=row, code=code, agent=agent))
    return len(rows) + len(MicroArea.objects.bulk_create(microareas))


def plant_operators(at: datetime) -> int:
    """Operators approved by the manager of their unit some time ago; who already is one stays as people left it."""
    known = set(Operator.objects.values_list("person__cpf", flat=True))
    missing = [(p, who) for p, who in workers() if who.posting and who.posting.profile and p.cpf(who) not in known]
    if not missing:
        return 0
    people = {person.cpf: person for person in Person.objects.filter(cpf__in=[p.cpf(who) for p, who in missing])}
    operators = Operator.objects.bulk_create(
        Operator(person=people[plan.cpf(who)], registered_at=at - ASKED, terms_version=TERMS_VERSION)
        for plan, who in missing
    )
    OperatorAccess.objects.bulk_create(
        _approved(plan, who, operator, at) for (plan, who), operator in zip(missing, operators, strict=True)
    )
    return len(operators)


def _approved(plan: EntityPlan, who: PersonPlan, operator: Operator, at: datetime) -> OperatorAccess:
    cnes = plan.cnes(who.workplace)
    access = OperatorAccess(operator=operator, establishment_id=cnes, started_at=at - ASKED)
    access.ask(profile=who.posting.profile if who.posting else "", at=at - ASKED)
    managers = Posting.objects.filter(function=Posting.Function.MANAGER, link__establishment=cnes)
    manager = managers.select_related("link__person__user").get().link.person.user
    if manager is None:
        raise TypeError("a seeded manager has an account")
    access.approve(by=Actor.identified(manager, at=at - APPROVED), at=at - APPROVED)
    return access


def _links() -> dict[str, ProfessionalLink]:
    """The first link of each worker."""
    wanted = [plan.cpf(person) for plan, person in workers()]
    links = ProfessionalLink.objects.filter(person__cpf__in=wanted).select_related("person").order_by("-pk")
    return {link.person.cpf_text: link for link in links}
