"""The menu fits in one line for whoever enters: a long one folds its groups, and no page of it is lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cadsus.models import OperatorAccess, Posting
from common.navigation import MOST_IN_LINE, Fold, Link, in_line, menu
from siops.models import HealthManager
from tests.factories import cadsus, make_entity, make_organisation, siops
from tests.matrix import make_profiles, make_team
from tests.siops.support import ROLES, session_of
from tests.siops.test_courts import state_of

# At 15 px a letter takes some 8 px: with the gaps of seven entries, as many as fit in 1208 px.
LETTERS = 120
Function = Posting.Function


def link(number: int, group: str = "", *, is_section: bool = False) -> Link:
    return Link(f"Página {number}", f"/{number}/", is_page=False, is_section=is_section, group=group)


def test_a_short_menu_is_as_it_was() -> None:
    links = [link(number, "Grupo") for number in range(MOST_IN_LINE)]
    assert in_line(links) == links


def test_a_long_one_folds_each_group_where_its_first_page_stood() -> None:
    links = [link(0), link(1, "A"), link(2, "B"), link(3, "A", is_section=True), *map(link, range(4, 8))]
    first, folded, alone, *rest = in_line(links)
    assert folded == Fold("A", (links[1], links[3]))
    assert folded.is_section
    # A group of one page is that page.
    assert [first, alone, *rest] == [links[0], links[2], *links[4:]]


def sessions() -> Iterator[tuple[str, Client]]:
    yield "anon", Client()
    entity = make_entity()
    accounts: dict[str, Any] = {"fund": make_organisation(entity).user, **make_profiles(entity), **make_team()}
    accounts |= {role: siops.make_acting(role, entity) for role in ROLES}
    accounts["court"] = siops.make_acting(HealthManager.Role.COURT, state_of(entity))
    yield from ((name, session_of(who)) for name, who in accounts.items())
    # In the CADSUS one person may be all at once.
    worker = cadsus.make_worker(None, *Function)
    cadsus.make_access(worker, status="approved", profile=OperatorAccess.Profile.REGISTRAR)
    yield "sgop", cadsus.session(worker)
    yield "sisrede", cadsus.sisrede_session(worker)


@pytest.mark.django_db(databases=["default", "control"])
def test_it_fits_for_every_role() -> None:
    for name, client in sessions():
        links = menu(client.get(reverse("common:glossary")).wsgi_request)
        line = in_line(links)
        folded = [link for entry in line if isinstance(entry, Fold) for link in entry.links]
        assert sorted(folded + [entry for entry in line if isinstance(entry, Link)], key=links.index) == links
        assert len(line) <= MOST_IN_LINE, (name, [entry.label for entry in line])
        assert sum(len(entry.label) for entry in line) <= LETTERS, name
