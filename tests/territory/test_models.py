from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from territory.models import Entity, Establishment
from tests import factories as make
from tests.actors import acting
from tests.factories import make_administrator

pytestmark = pytest.mark.django_db


def test_ibge_of_a_municipality_a_state_and_the_federal_district() -> None:
    city = make.make_entity()
    state = Entity.objects.create(kind=Entity.Kind.STATE, uf=make.make_uf())
    assert (city.ibge, str(city)) == ("3550308", "São Paulo/SP")
    assert (state.ibge, str(state)) == ("35", "São Paulo")


def test_local_time_zone_is_that_of_the_municipality() -> None:
    assert make.make_other_entity().time_zone == ZoneInfo("America/Rio_Branco")
    state = Entity.objects.create(kind=Entity.Kind.STATE, uf=make.make_uf())
    assert state.time_zone == ZoneInfo("America/Sao_Paulo")


def test_one_entity_per_municipality_and_per_state() -> None:
    city = make.make_entity()
    Entity.objects.create(kind=Entity.Kind.STATE, uf=city.uf)
    for again in (
        Entity(kind=Entity.Kind.MUNICIPALITY, uf=city.uf, municipality=city.municipality),
        Entity(kind=Entity.Kind.STATE, uf=city.uf),
        Entity(kind=Entity.Kind.MUNICIPALITY, uf=make.make_uf("31", "MG", "Minas Gerais")),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save()


def test_establishments_visible_to_each_account() -> None:
    own, foreign = make.make_entity(), make.make_other_entity()
    here = make.make_establishment(own)
    there = make.make_establishment(foreign)
    assert list(Establishment.objects.visible_to(acting(make.make_manager(own)))) == [here]
    assert list(Establishment.objects.visible_to(acting(make.make_organisation(foreign).user))) == [there]
    assert set(Establishment.objects.visible_to(acting(make.make_staff()))) == {here, there}
    assert not Establishment.objects.visible_to(acting(make.make_user())).exists()


def test_open_leaves_out_what_is_inactive_in_the_scnes() -> None:
    active = make.make_establishment()
    make.make_establishment(is_active=False)
    assert list(Establishment.objects.open()) == [active]


@pytest.mark.parametrize("page", ["uf", "municipality", "entity", "establishment"])
def test_the_admin_shows_and_never_changes(page: str) -> None:
    make.make_establishment()
    browser = Client()
    browser.force_login(make_administrator("admin"))
    assert browser.get(f"/admin/territory/{page}/?q=sao").status_code == 200
    assert browser.get(f"/admin/territory/{page}/add/").status_code == 403
