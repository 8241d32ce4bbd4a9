"""The editions of a room, a município, a state and the DF with their managers."""

import pytest

from accounts.models import Membership, User
from documents import foot, signing
from gerencia.models import Offer
from gerencia.services.catalogue import PRACTICE, ensure_offers
from pki import services as pki
from pki.authority.holders import PersonHolder
from pki.authority.identities import SigningIdentity
from pki.services.authorities import chain_of
from pki.services.certificates import new_key, sign_certificate
from territory.models import Entity
from tests.clock import NOON, now
from tests.documents.sheets import plain_pdf
from tests.factories import make_entity, make_membership, make_uf, make_user, person_of

SECRETARY = PersonHolder("MARIA UMBURANA DE ENSAIO", "52998224725", NOON.date().replace(year=1970))


def make_state(ibge: str = "29", acronym: str = "BA", name: str = "Bahia") -> Entity:
    kind = Entity.Kind.FEDERAL_DISTRICT if ibge == "53" else Entity.Kind.STATE
    return Entity.objects.get_or_create(uf=make_uf(ibge, acronym, name), municipality=None, defaults={"kind": kind})[0]


def make_federal_district() -> Entity:
    return make_state("53", "DF", "Distrito Federal")


def make_gerencia_manager(entity: Entity) -> User:
    """Somebody with the profile of the Gerencia APS in the entity."""
    user = make_user()
    programme = Membership.Programme.GERENCIA_APS
    make_membership(person_of(user), Membership.Role.PROGRAMME_MANAGER, entity, programme=programme)
    return user


@pytest.fixture
def offers(db: None) -> list[Offer]:
    ensure_offers(at=now())
    return list(Offer.objects.order_by("opens_at"))


@pytest.fixture
def of_2025(offers: list[Offer]) -> Offer:
    return offers[0]


@pytest.fixture
def practice(offers: list[Offer]) -> Offer:
    assert offers[1].edition == PRACTICE
    return offers[1]


@pytest.fixture
def municipality(db: None) -> Entity:
    return make_entity()


@pytest.fixture
def manager(municipality: Entity) -> User:
    return make_gerencia_manager(municipality)


def signed_pdf(identity: SigningIdentity, text: str = "Ofício de ensaio") -> bytes:
    """What another program would sign: no codes of ours, no room."""
    return signed(plain_pdf(text), identity)


def signed(content: bytes, identity: SigningIdentity) -> bytes:
    stripe = foot.stripe(name="X", role="Y", at=now(), seal_words="")
    return signing.sign(
        content, identity=identity, position=0, box=foot.stripe_box(0), stripe=stripe, name="X", location=""
    )


@pytest.fixture
def identity(db: None) -> SigningIdentity:
    """The own certificate of the signatory, of the simulated chain."""
    pki.ensure_authorities(at=now())
    key = new_key()
    _, issued, _ = sign_certificate(holder=SECRETARY, authority_slug="icp", at=now(), key=key)
    return SigningIdentity(issued.certificate, key, chain_of("icp"))


@pytest.fixture
def pdf(identity: SigningIdentity) -> bytes:
    return signed_pdf(identity)
