"""The team, split: what each role reads and does, in one table. What has a row as target is asked of a row of somebody.

The same, asked of the server route by route, is in the access matrix of each app (tests.matrix).
"""

import pytest

from accounts.models import Membership, User
from accounts.permissions import Permission as Accounts
from desk.permissions import Permission as Desk
from egestor.permissions import Permission as Egestor
from rnds.permissions import Permission as Rnds
from rooms.permissions import Permission as Rooms
from siops.models import CertificationRequest
from siops.permissions import Permission as Siops
from tests.actors import acting
from tests.factories import make_membership, make_staff, make_user, person_of
from tests.factories.siops import make_attendant, make_certification, make_service_point

pytestmark = pytest.mark.django_db
Role = User.StaffRole

# r RNDS, s coordination of the SIOPS, f FNS/SECON, p SAPS, c certifier, t trainer, a auditor, d administrator
ORDER = {
    "r": Role.RNDS_ANALYST,
    "s": Role.SIOPS_COORDINATION,
    "f": Role.FNS_CHECKER,
    "p": Role.SAPS,
    "c": Role.CERTIFIER,
    "t": Role.TRAINER,
    "a": Role.AUDITOR,
    "d": Role.ADMINISTRATOR,
}
READS = {
    Accounts.ENTER_ADMIN: "r  p   ad",
    Accounts.READ_ADMIN: "ad",
    Accounts.READ_PROFILES: "p ad",
    Accounts.READ_TEAM: "ad",
    Rnds.VIEW_CREDENTIALS: "r ad",
    Rnds.DOWNLOAD_TERMS: "r ad",
    Siops.READ_LETTERS: "s ad",
    Siops.READ_ELECTIONS: "s ad",
    Siops.READ_COURTS: "s ad",
    Siops.READ_TICKETS: "s ad",
    Egestor.READ_TICKETS: "p ad",
    Siops.READ_FUND_RECORDS: "f ad",
    Siops.READ_COUNTER: "c ad",
    Desk.OPEN_DESK: "rsfpc ad",
    Desk.READ_TRAIL: "ad",
}
ACTS = {
    Accounts.GRANT_MEMBERSHIP: "p",
    Accounts.REACTIVATE_MEMBERSHIP: "p",
    Accounts.EXCLUDE_MEMBERSHIP: "p",
    Rnds.REVIEW_REQUEST: "r",
    Rnds.REVOKE_CREDENTIAL: "r",
    Siops.REVIEW_LETTER: "s",
    Siops.LOAD_ELECTION: "s",
    Siops.INVITE_COURT: "s",
    Siops.ANSWER_TICKET: "s",
    Egestor.ANSWER_TICKET: "p",
    Siops.RELEASE_RULE: "s",
    Siops.CHECK_FUND_RECORD: "f",
    Siops.ISSUE_CERTIFICATE: "c",
    Rooms.OPEN: "t d",
    Rooms.CHANGE: "t d",
    Accounts.RETRY_MAIL: "d",
    Accounts.RESET_SECOND_FACTOR: "d",
}
TABLE = {permission: set(letters) - {" "} for permission, letters in (READS | ACTS).items()}
EVERY = [permission for enumeration in (Accounts, Desk, Egestor, Rnds, Siops, Rooms) for permission in enumeration]


@pytest.fixture
def certification() -> CertificationRequest:
    return make_certification()


@pytest.fixture
def membership() -> Membership:
    return make_membership(person_of(make_user()), Membership.Role.PEC_MUNICIPAL_ADMIN)


@pytest.mark.parametrize("letter", ORDER)
def test_what_each_role_may(letter: str, certification: CertificationRequest, membership: Membership) -> None:
    role = ORDER[letter]
    user = make_attendant(certification.certifier) if role == Role.CERTIFIER else make_staff(staff_role=role)
    actor = acting(user)
    targets = {
        Accounts.GRANT_MEMBERSHIP: membership,
        Accounts.REACTIVATE_MEMBERSHIP: membership,
        Accounts.EXCLUDE_MEMBERSHIP: membership,
        Accounts.CHANGE_CONTACT: membership.person,
        Siops.ISSUE_CERTIFICATE: certification,
    }
    may = {permission for permission in EVERY if actor.has_perm(permission, targets.get(permission))}
    assert may == {permission for permission, letters in TABLE.items() if letter in letters}


def test_the_auditor_acts_nowhere_and_reads_all() -> None:
    assert not any("a" in TABLE[permission] for permission in ACTS)
    assert all("a" in TABLE[permission] for permission in READS)


def test_the_table_names_every_role() -> None:
    assert set(ORDER.values()) == set(Role)
    assert set().union(*TABLE.values()) == set(ORDER)


def test_an_attendant_sees_and_issues_for_one_certifier_only(certification: CertificationRequest) -> None:
    theirs, ours = (
        acting(make_attendant(make_service_point().certifier)),
        acting(make_attendant(certification.certifier, "da-casa")),
    )
    assert not theirs.has_perm(Siops.ISSUE_CERTIFICATE, certification)
    assert not CertificationRequest.objects.visible_to(theirs).exists()
    assert ours.has_perm(Siops.ISSUE_CERTIFICATE, certification)
    assert CertificationRequest.objects.visible_to(ours).get() == certification


def test_a_certifier_without_counter_holds_nothing() -> None:
    actor = acting(make_staff(staff_role=Role.CERTIFIER))
    assert not actor.has_perm(Siops.READ_COUNTER)
    assert not actor.has_perm(Siops.ISSUE_CERTIFICATE)
    assert not CertificationRequest.objects.visible_to(actor).exists()
