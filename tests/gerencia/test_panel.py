"""Who adhered by UF, on the page and in the CSV."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from gerencia.models import Offer
from gerencia.services import enrolments, panel
from territory.models import Entity, Municipality
from tests.actors import acting, signed_in
from tests.clock import now
from tests.factories import make_entity, make_municipality, make_staff
from tests.gerencia.conftest import make_gerencia_manager, make_state
from tests.gerencia.test_enrolments import REASON, enrol
from tests.in_room import below


def figures(offer: Offer) -> dict[str, tuple[int, bool, int, int]]:
    return {
        line.uf.acronym: (line.municipalities, line.has_state, line.by_letter, line.withdrawn)
        for line in panel.lines(offer)
    }


def test_each_uf_counts_who_is_in(practice: Offer, municipality: Entity, manager: User) -> None:
    state = make_state()
    enrolment = enrol(practice, municipality, manager)
    enrol(practice, state, make_gerencia_manager(state))
    assert figures(practice) == {"SP": (1, False, 0, 0), "BA": (0, True, 0, 0)}
    enrolments.withdraw_enrolment(enrolment_id=enrolment.pk, reason=REASON, by=acting(manager), at=now())
    assert figures(practice)["SP"] == (0, False, 0, 1)


def test_no_cell_is_a_formula(practice: Offer, municipality: Entity, manager: User) -> None:
    Municipality.objects.filter(pk=municipality.municipality_id).update(name='=HYPERLINK("x")')
    enrol(practice, municipality, manager)
    sheet = "".join(panel.sheet(practice, at=now()))
    assert sheet.startswith("\ufeffSIMULADO – SEM VALOR LEGAL")
    assert '"\'=HYPERLINK(""x"")/SP"' in sheet


@pytest.mark.parametrize("name", ["panel_by_uf", "panel_csv"])
def test_more_entities_cost_no_more(practice: Offer, name: str) -> None:
    staff = signed_in(make_staff("saps", staff_role=User.StaffRole.SAPS))
    address = below(reverse(f"gerencia:{name}", args=[practice.pk]))
    costs = []
    for ibge in ("3550308", "3509502", "3548708"):
        place = make_entity(make_municipality(ibge, f"Cidade {ibge}"))
        enrol(practice, place, make_gerencia_manager(place))
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(address).status_code == 200
        costs.append(len(queries))
    assert costs[1] == costs[2]
