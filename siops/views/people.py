"""The people whom a form may name: who is searched for, and who serves as an example in a demonstration."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.personas import Persona, demo_people, suggest
from common.actor import Actor
from common.forms.samples import sample_wanted
from siops.forms.people import PersonForm
from siops.models import HealthManager, Technician
from siops.offices import office_of
from siops.services.registry import legal_date


def free_people(actor: Actor) -> list[Persona]:
    """The people of the demonstration who do not answer for the entity yet."""
    held = [model.objects.visible_to(actor).current() for model in (HealthManager, Technician)]
    cpfs = {cpf for rows in held for cpf in rows.values_list("person__cpf", flat=True)}
    return demo_people(ibge=office_of(actor).entity.ibge, besides=cpfs)


def people_in_office(actor: Actor) -> list[Persona]:
    """The people of the demonstration who answer for the entity: one of them is the dirigente."""
    answering = HealthManager.objects.visible_to(actor).current().exclude(role__in=HealthManager.WATCHING)
    return demo_people(ibge=office_of(actor).entity.ibge, among=set(answering.values_list("person__cpf", flat=True)))


def prepare(form: PersonForm, request: HttpRequest, actor: Actor, **sample: Any) -> bool:
    """Hint at people, fill the example that was asked for, and search; True when the form is to be shown as it is."""
    people = free_people(actor)
    suggest(form.fields["cpf"], people)
    if sample_wanted(request) and people:
        person, today = people[0], legal_date(actor.at)
        facts = {"cpf": person.cpf, "name": person.name, "email": person.email, "phone": "1132145678"}
        dates = {"act_number": "12/2026", "act_date": today, "starts_on": today}
        known = {name: value for name, value in (facts | dates | sample).items() if name in form.fields}
        form.initial = {**form.initial, **known}
    if form.is_bound and form.is_search:
        form.search()
        return True
    return False
