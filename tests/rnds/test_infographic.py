"""The sheet with the whole path: in order, numbered through, the same as the rail, and open to everybody."""

import pytest
from django.test import Client
from django.urls import reverse

from rnds.infographic import stages
from rnds.rail import LABELS

pytestmark = pytest.mark.django_db


def test_the_stages_are_those_of_the_rail_and_the_acts_are_numbered_through() -> None:
    found = list(stages())
    assert tuple(stage.title for stage in found) == LABELS
    numbers = [stage.first + place for stage in found for place in range(len(stage.acts))]
    assert numbers == list(range(1, 13))


def test_the_page_is_an_ordered_list_that_reads_nothing_of_the_world(
    client: Client, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # a fixture
        page = client.get(reverse("rnds:infographic")).content.decode()
    places = [page.index(act.what) for stage in stages() for act in stage.acts]
    assert places == sorted(places)
    for stage in stages():
        assert f'<ol class="sheet-acts" start="{stage.first}">' in page
    assert "data-print" in page


def test_the_public_home_leads_to_it(client: Client) -> None:
    assert f'href="{reverse("rnds:infographic")}"' in client.get(reverse("common:home")).content.decode()
