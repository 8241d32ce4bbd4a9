"""«Conferência de autenticidade», by anybody in a browser: a PDF checked, altered, checked; and by its codes."""

import pytest

from documents.forms import TOO_LARGE
from documents.models import Paper
from documents.services.checking import MOST_BYTES
from rnds.services.terms_paper import issue_terms
from tests.documents.sheets import one_byte_changed
from tests.factories.credentials import make_credential
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def choose(walker: Walker, content: bytes) -> None:
    walker.page.locator("input[type=file]").set_input_files(
        {"name": "termo.pdf", "mimeType": "application/pdf", "buffer": content}
    )


def drop(walker: Walker, content: bytes, *, says: str) -> None:
    walker.go("/conferencia/")
    choose(walker, content)
    walker.press("Conferir arquivo")
    walker.sees(says)


def drop_too_much(walker: Walker) -> None:
    """Said beside the field, and not sent."""
    walker.go("/conferencia/")
    choose(walker, bytes(MOST_BYTES + 1))
    walker.sees(TOO_LARGE)
    walker.look()


def look_up(walker: Walker, paper: Paper) -> None:
    walker.go("/conferencia/")
    walker.fill("Código verificador", paper.code)
    walker.fill("CRC", paper.crc)
    walker.press("Conferir código")
    walker.sees("O código existe")


def test_checked_altered_checked_again(walker: Walker) -> None:
    acceptance = make_credential().request.acceptance
    paper = issue_terms(acceptance_id=acceptance.pk)
    drop(walker, paper.content, says="Íntegro")
    drop(walker, one_byte_changed(paper.content), says="Alterado depois de assinado")
    drop_too_much(walker)
    look_up(walker, paper)
    walker.go(f"/termo/{acceptance.verification_code}/")
    walker.sees(paper.sha256)
    walker.press(paper.process.number)
    walker.sees(paper.title)
