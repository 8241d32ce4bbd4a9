"""A signed paper of one person, and the tools of other houses that read it."""

import pytest

from documents.models import Paper
from documents.services.issuing import Draft, issue_paper
from documents.services.signatories import Signatory
from pki import services as pki
from pki.authority.identities import SigningIdentity
from pki.services.authorities import chain_of
from pki.services.certificates import activate_certificate, new_key, sign_certificate
from rnds import models as rnds
from rnds.services.terms_paper import terms_paper
from tests.actors import acting, routine
from tests.clock import now
from tests.documents.sheets import plain_pdf
from tests.factories import make_entity
from tests.factories.credentials import make_credential
from tests.pki.conftest import PERSON


@pytest.fixture
def authorities(db: None) -> None:
    pki.ensure_authorities(at=now())


@pytest.fixture
def credential(authorities: None) -> rnds.Credential:
    return make_credential()


@pytest.fixture
def termo(credential: rnds.Credential) -> Paper:
    return terms_paper(credential_id=credential.pk, by=acting(credential.request.requested_by))


@pytest.fixture
def draft(authorities: None) -> Draft:
    entity = make_entity()
    return Draft("nota", "Nota de ensaio", entity, entity, "Assunto de ensaio", plain_pdf())


@pytest.fixture
def nota(draft: Draft) -> Paper:
    """Two signatories, one revision each."""
    signatories = [Signatory("Ana Souza", "Coordenadora", now()), Signatory("Rui Lima", "Usuário Externo", now())]
    return issue_paper(draft=draft, signatories=signatories, by=routine(), at=now())


@pytest.fixture
def own_key(authorities: None) -> SigningIdentity:
    """A person's own certificate, on record, with its key."""
    key = new_key()
    certificate, issued, _ = sign_certificate(holder=PERSON, authority_slug="icp", at=now(), key=key)
    activate_certificate(certificate_id=certificate.pk, at=now())
    return SigningIdentity(issued.certificate, key, chain_of("icp"))


@pytest.fixture
def joint(draft: Draft, own_key: SigningIdentity) -> Paper:
    """One signatory by their own key, one by the portal's seal."""
    signatories = [Signatory(PERSON.name, "Secretário", now(), own_key), Signatory("Rui Lima", "Diretor", now())]
    return issue_paper(draft=draft, signatories=signatories, by=routine(), at=now())
