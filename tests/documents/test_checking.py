"""The conference: what each file and each pair of codes is answered."""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pyhanko.pdf_utils.generic import TextStringObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from common import addresses
from common.exceptions import Busy, RuleBroken
from documents import foot, signing
from documents.models import Paper, Revocation
from documents.services import checking
from documents.services.checking import Outcome
from pki import services as pki
from pki.authority import hierarchy, issuing, reading
from pki.authority.identities import SigningIdentity
from pki.models import Certificate
from pki.services.seals import current_seal
from tests.clock import now
from tests.documents.sheets import one_byte_changed, plain_pdf
from tests.pki.conftest import PERSON, PORTAL

pytestmark = pytest.mark.django_db


def outcome(content: bytes) -> Outcome:
    return checking.check_file(content=content).outcome


def test_the_file_that_was_issued_is_intact(nota: Paper) -> None:
    finding = checking.check_file(content=nota.content)
    assert finding.outcome == Outcome.INTACT
    assert finding.paper == nota
    assert [signature.name for signature in finding.signatures] == ["Ana Souza", "Rui Lima"]
    assert [signature.at for signature in finding.signatures] == [now(), now()]


def test_one_changed_byte_is_found_with_its_revision(nota: Paper) -> None:
    finding = checking.check_file(content=one_byte_changed(nota.content))
    assert finding.outcome == Outcome.ALTERED
    assert finding.broken is not None
    assert finding.broken.revision == finding.signatures[0].revision


def test_what_is_added_after_the_last_signature_is_found(nota: Paper) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(nota.content))
    writer.root[pdf_name("/Acrescentado")] = TextStringObject("depois")
    writer.update_root()  # type: ignore[no-untyped-call] # of the library
    buffer = io.BytesIO()
    writer.write(buffer)  # type: ignore[no-untyped-call] # the same
    finding = checking.check_file(content=buffer.getvalue())
    assert finding.outcome == Outcome.ALTERED
    assert finding.revisions == max(signature.revision for signature in finding.signatures) + 1


def signed(content: bytes, identity: SigningIdentity, *, location: str) -> bytes:
    """The content with one signature that the portal did not make."""
    stripe = foot.stripe(name="Ana Souza", role="Coordenadora", at=now(), seal_words="")
    return signing.sign(
        content,
        identity=identity,
        position=0,
        box=foot.stripe_box(0),
        stripe=stripe,
        name="Ana Souza",
        location=location,
    )


def test_an_authority_of_another_house(authorities: None) -> None:
    spec = hierarchy.AuthoritySpec("teste", "AC de Teste", "", 9999)
    root = hierarchy.make_authority(spec, parent=None, organisation="Empresa Exemplo", portal_url=PORTAL, at=now())
    stranger = issuing.issue(PERSON, issuer=root, portal_url=PORTAL, not_before=now())
    identity = SigningIdentity(stranger.certificate, stranger.key, (root.certificate,))
    finding = checking.check_file(content=signed(plain_pdf(), identity, location=addresses.portal_url()))
    assert finding.outcome == Outcome.UNKNOWN_AUTHORITY
    assert finding.stranger is not None
    assert "AC de Teste" in finding.stranger.issuer


@pytest.mark.parametrize(("later", "expected"), [(1, Outcome.INTACT), (0, Outcome.REVOKED)])
def test_a_revoked_certificate_before_and_after_it_signed(
    joint: Paper, own_key: SigningIdentity, client: Client, later: int, expected: Outcome
) -> None:
    """What it signed before stands, and the page says what became of it."""
    certificate = Certificate.objects.get(sha256=reading.fingerprint(own_key.certificate))
    at = now() + timedelta(seconds=later)
    pki.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=at)
    finding = checking.check_file(content=joint.content)
    assert finding.outcome == expected
    own, seal = finding.signatures
    assert own.revocation == Revocation(at, was_before=not later)
    assert seal.revocation is None
    words = "depois de assinar" if later else "já revogado ao assinar"
    assert words in client.get(f"/conferencia/{joint.code}/{joint.crc}/").content.decode()
    assert words in post_file(client, joint.content)


def test_a_file_that_a_revoked_certificate_signed_elsewhere(own_key: SigningIdentity) -> None:
    """The portal signs nothing with it; another program may."""
    certificate = Certificate.objects.get(sha256=reading.fingerprint(own_key.certificate))
    pki.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=now())
    assert outcome(signed(plain_pdf(), own_key, location="")) == Outcome.REVOKED


def test_a_paper_of_another_room(nota: Paper) -> None:
    """The same authorities and the same codes, another world."""
    seal = current_seal(at=now())
    sheet = foot.Foot("Nota", nota.code, nota.crc, nota.process.number, "http://127.0.0.1/x", "")
    content = foot.add_foot(plain_pdf("Outra sala"), sheet)
    assert outcome(signed(content, seal, location="http://127.0.0.1:8000/s/outra")) == Outcome.OTHER_ROOM
    assert outcome(signed(content, seal, location=addresses.portal_url())) == Outcome.OTHER_FILE


def test_a_plain_pdf_proves_nothing(nota: Paper) -> None:
    assert outcome(plain_pdf()) == Outcome.UNSIGNED


def test_a_copied_foot_is_another_file(nota: Paper) -> None:
    """The last sheet of a real paper under other words."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf("Outro texto"))) as other, pikepdf.open(io.BytesIO(nota.content)) as paper:
        other.pages.append(paper.pages[-1])
        del other.pages[-1]["/Annots"]
        other.save(buffer)
    finding = checking.check_file(content=buffer.getvalue())
    assert finding.outcome == Outcome.OTHER_FILE
    assert finding.paper == nota


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7\nnada", b"%PDF-1.4" + b"\0" * 4096])
def test_what_is_no_pdf_is_refused_in_words(authorities: None, content: bytes) -> None:
    with pytest.raises(RuleBroken, match="não é um PDF inteiro"):
        checking.check_file(content=content)


def test_a_code_closes_after_ten_wrong_crcs_for_the_right_one_too(nota: Paper) -> None:
    at = now()
    wrong = "00000000" if nota.crc != "00000000" else "00000001"
    for _ in range(checking.WRONG_CRCS):
        assert checking.find_by_codes(code=nota.code, crc=wrong, real_at=at) is None
    with pytest.raises(Busy) as refused:
        checking.find_by_codes(code=nota.code, crc=nota.crc, real_at=at)
    assert refused.value.retry_after == checking.CLOSED_FOR.total_seconds()
    later = at + checking.CLOSED_FOR
    assert checking.find_by_codes(code=nota.code, crc=nota.crc.lower(), real_at=later) == nota


# The pages.


def post_file(client: Client, content: bytes) -> str:
    file = SimpleUploadedFile("papel.pdf", content, content_type="application/pdf")
    answer = client.post("/conferencia/arquivo/", {"file": file})
    assert answer.status_code == 200
    return answer.content.decode()


def test_anybody_checks_a_file_and_nothing_is_kept(nota: Paper, client: Client) -> None:
    text = post_file(client, nota.content)
    assert "<h1>Íntegro</h1>" in text
    assert nota.process.number in text
    assert "<h1>Alterado depois de assinado</h1>" in post_file(client, one_byte_changed(nota.content))
    assert "<h1>Sem assinatura</h1>" in post_file(client, plain_pdf())
    assert Paper.objects.count() == 1


def test_a_file_that_is_not_read_comes_back_beside_its_field(authorities: None, client: Client) -> None:
    """What is no PDF, fifty megabytes, and a protected one."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert "não é um PDF inteiro" in post_file(client, b"texto")
    assert "O arquivo tem mais de 10 MB." in post_file(client, b"%PDF-" + bytes(50 * 1024 * 1024))
    assert "O PDF tem senha ou restrição de uso." in post_file(client, buffer.getvalue())


def test_the_codes_lead_to_what_was_issued_and_never_to_its_text(nota: Paper, client: Client) -> None:
    answer = client.post("/conferencia/", {"code": nota.code, "crc": nota.crc.lower()}, follow=True)
    text = answer.content.decode()
    assert "Nota de ensaio" in text
    assert "Ana Souza, Coordenadora" in text
    assert nota.sha256 in text
    assert "Texto da nota" not in text


def test_wrong_codes_are_said_and_not_found(nota: Paper, client: Client) -> None:
    wrong = "00000000" if nota.crc != "00000000" else "00000001"
    answer = client.get(f"/conferencia/{nota.code}/{wrong}/")
    assert answer.status_code == 404
    assert "Nenhum documento desta sala" in answer.content.decode()
    answer = client.post("/conferencia/", {"code": "123", "crc": "XYZ"})
    assert "O código verificador tem 10 números." in answer.content.decode()


def test_the_process_shows_its_papers_without_their_crc(nota: Paper, client: Client) -> None:
    text = client.get(f"/conferencia/processo/{nota.process.digits}/").content.decode()
    assert nota.code in text
    assert nota.crc not in text
    assert client.get("/conferencia/processo/25000999999202600/").status_code == 404
