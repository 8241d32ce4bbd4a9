"""One table says what each profile of each hierarchy is for; the decision record shows the same one."""

from pathlib import Path

import pytest

from pki import services
from pki.authority import hierarchy, issuing, profiles, uses
from pki.authority.holders import Holder
from pki.authority.uses import Use
from tests.factories import NOON
from tests.pki.conftest import ORGANISATION, PERSON, PORTAL, House

RECORD = Path(__file__).parents[2] / "docs/adr/0011-quem-prova-o-que.md"
PROFILES: dict[str, tuple[Holder, str]] = {
    profiles.PERSON_A1.name: (PERSON, "A1"),
    profiles.PERSON_A3.name: (PERSON, "A3"),
    profiles.ORGANISATION_A1.name: (ORGANISATION, "A1"),
}


def test_the_decision_record_shows_the_table() -> None:
    lines = [line.strip("|").split("|") for line in RECORD.read_text().splitlines()]
    rows = [[cell.strip() for cell in cells] for cells in lines if len(cells) == 4]
    told = {
        (root, name): frozenset(use for use, word in zip(Use, words, strict=True) if word == "sim")
        for root, name, *words in rows
        if root.endswith("-raiz")
    }
    assert told == uses.ENTITLED


def test_every_profile_of_every_hierarchy_is_decided() -> None:
    roots = {spec.slug for spec in hierarchy.SPECS if not spec.parent}
    assert set(uses.ENTITLED) == {(root, name) for root in roots for name in PROFILES}
    for spec in (*hierarchy.SPECS, hierarchy.REVOKED):
        assert hierarchy.root_of(spec.slug) in roots
    assert hierarchy.root_of("desconhecida") == ""


@pytest.mark.parametrize("authority", ["icp", "egestor"])
@pytest.mark.parametrize("name", PROFILES)
def test_what_is_issued_has_the_uses_of_the_table(house: House, name: str, authority: str) -> None:
    holder, kind = PROFILES[name]
    made = issuing.issue(holder, issuer=house.issuers[authority], portal_url=PORTAL, not_before=NOON, kind=kind)
    root = hierarchy.root_of(authority)
    fits = {use for use in Use if not uses.defect_of(made.certificate, root=root, use=use)}
    assert fits == uses.ENTITLED[root, name]


def test_an_authority_that_is_not_ours_signs_for_no_use(house: House) -> None:
    made = issuing.issue(PERSON, issuer=house.icp, portal_url=PORTAL, not_before=NOON)
    assert all(uses.defect_of(made.certificate, root="", use=use) for use in Use)
    assert services.find_defect(pem=b"\x00", authority_slug="icp", use=Use.PERSON) == ""
