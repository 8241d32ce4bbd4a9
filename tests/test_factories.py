"""The makers make what the models accept, or every other test stands on sand."""

import pytest

from accounts.offices import PROFILE
from tests import factories
from tests.actors import acting


@pytest.mark.django_db
def test_everything_made_passes_its_own_validation() -> None:
    manager = factories.make_manager()
    made = [
        factories.person_of(manager),
        factories.make_organisation(),
        factories.make_establishment(),
        factories.make_entity(),
        factories.make_other_entity(),
    ]
    for row in made:
        row.full_clean()
    assert factories.make_installation().counter_key.count("-") == 7
    actor, here = acting(manager), factories.make_entity().pk
    assert actor.holds(PROFILE, "programme_manager", entity_id=here, programme="implantacao_esus_aps")
    assert not actor.holds(PROFILE, entity_id=factories.make_other_entity().pk)
