"""A signed paper of one person, and the tools of other houses that read it."""

import pytest

from documents.models import Paper
from documents.services.issuing import Draft, Signatory, issue_paper
from pki import services as pki
from rnds import models as rnds
from rnds.services.terms_paper import terms_paper
from tests.actors import acting, routine
from tests.clock import now
from tests.documents.sheets import plain_pdf
from tests.factories import make_entity
from tests.factories.credentials import make_credential


@pytest.fixture
def authorities(db: None) -> None:
    pki.ensure_authorities(at=now())


@pytest.fixture
def credential(authorities: None) -> rnds.Credential:
    return make_credential()


@pytest.fixture
def termo(credential: rnds.Credential) -> Paper:
    return terms_paper(credential_id=credential.pk, by=acting(credential.request.requested_by), at=now())


@pytest.fixture
def draft(authorities: None) -> Draft:
    entity = make_entity()
    return Draft("nota", "Nota de ensaio", entity, entity, "Assunto de ensaio", plain_pdf())


@pytest.fixture
def nota(draft: Draft) -> Paper:
    """Two signatories, one revision each."""
    signatories = [Signatory("Ana Souza", "Coordenadora", now()), Signatory("Rui Lima", "Usuário Externo", now())]
    return issue_paper(draft=draft, signatories=signatories, by=routine(), at=now())
