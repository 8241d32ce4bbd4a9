"""The simulated authorities, in memory for tests of the pure package and in the database for those of the services."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from pki import services
from pki.authority import hierarchy, issuing, profiles, trust
from pki.authority.holders import OrganisationHolder, PersonHolder
from pki.authority.issuing import Issuer
from pki.models import Authority, Certificate, Pkcs12File
from tests.clock import NOON, now

PORTAL = "http://127.0.0.1:8000"
SECRET = "segredo-Do-Teste-9"
PERSON = PersonHolder("João da Conceição Núñez", "52998224725", date(1980, 2, 3), nis="12345678901", email="j@ex.br")
ORGANISATION = OrganisationHolder("Fundo Municipal de Saúde de São Paulo", "12ABC34501DE35", PERSON)

Issue = Callable[..., tuple[Certificate, Pkcs12File]]


@dataclass(frozen=True)
class House:
    """Both hierarchies, without a database."""

    issuers: dict[str, Issuer]

    @property
    def icp(self) -> Issuer:
        return self.issuers["icp"]

    @property
    def store(self) -> trust.TrustStore:
        parents = {spec.slug: spec.parent for spec in hierarchy.SPECS}
        return trust.TrustStore(
            trust.Authority(slug, issuer.certificate, parents[slug]) for slug, issuer in self.issuers.items()
        )


def make_house(organisation: str = profiles.SIMULATED_ORGANISATION) -> House:
    issuers: dict[str, Issuer] = {}
    for spec in hierarchy.SPECS:
        issuers[spec.slug] = hierarchy.make_authority(
            spec, parent=issuers.get(spec.parent), organisation=organisation, portal_url=PORTAL, at=NOON
        )
    return House(issuers)


@pytest.fixture(scope="session")
def house() -> House:
    return make_house()


@pytest.fixture(scope="session")
def issued(house: House) -> issuing.Issued:
    """One A1 of a person, shared by tests that only read it."""
    return issuing.issue(PERSON, issuer=house.icp, portal_url=PORTAL, not_before=NOON)


@pytest.fixture
def authorities(db: None) -> list[Authority]:
    return services.ensure_authorities(at=now())


@pytest.fixture
def issue(authorities: list[Authority]) -> Issue:
    """Issue a certificate in the database; any argument of the service may be given."""

    def make(**arguments: object) -> tuple[Certificate, Pkcs12File]:
        usual = {"holder": PERSON, "authority_slug": "icp", "password": SECRET, "form": "moderno", "at": now()}
        return services.issue_certificate(**(usual | arguments))  # type: ignore[arg-type]  # a test's shorthand

    return make
