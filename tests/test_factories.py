"""The makers make what the models accept, or every other test stands on sand."""

import pytest

from tests import factories


@pytest.mark.django_db
def test_everything_made_passes_its_own_validation() -> None:
    manager = factories.make_manager()
    made = [
        manager.person,
        factories.make_organisation(),
        factories.make_establishment(),
        factories.make_entity(),
        factories.make_other_entity(),
    ]
    for row in made:
        row.full_clean()
    assert factories.make_installation().counter_key.count("-") == 7
    assert manager.holds("programme_manager", factories.make_entity().pk, "implantacao_esus_aps")
    assert not manager.holds("programme_manager", factories.make_other_entity().pk)
