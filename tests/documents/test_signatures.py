"""What other houses' tools say of the papers: pdfsig (poppler), openssl cms, and pyHanko's own validation."""

import io
import subprocess
from pathlib import Path

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from documents.models import Paper
from pki.authority.hierarchy import der_of
from pki.models import Authority
from pki.services.authorities import trusted_bundle_pem
from tests.apart import run_apart
from tests.documents.sheets import one_byte_changed

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["termo", "joint", "nota"])
def paper(request: pytest.FixtureRequest, real_clock: None) -> Paper:
    found: Paper = request.getfixturevalue(request.param)
    return found


def run(*command: str | Path) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def store(folder: Path) -> Path:
    """An NSS store that trusts our roots, as one that a person would make by certutil."""
    nss = folder / "nss"
    nss.mkdir()
    run("certutil", "-N", "-d", f"sql:{nss}", "--empty-password")
    for authority in Authority.objects.order_by("pk"):
        pem = folder / f"{authority.slug}.pem"
        pem.write_text(authority.certificate_pem)
        trust = ",," if authority.parent_id else "CT,CT,CT"
        run("certutil", "-A", "-d", f"sql:{nss}", "-n", authority.slug, "-t", trust, "-i", pem)
    return nss


@pytest.mark.needs("pdfsig", "certutil")
def test_pdfsig_accepts_every_signature(paper: Paper, tmp_path: Path) -> None:
    """It judges a certificate once in a file: at its second signature it says «Unknown issue», whoever made them."""
    file = tmp_path / "papel.pdf"
    file.write_bytes(paper.content)
    said = run("pdfsig", "-no-ocsp", "-nssdir", store(tmp_path), file)
    count, signers = paper.signatures.count(), paper.signatures.values("certificate").distinct().count()
    assert said.count("Signature Validation: Signature is Valid.") == count, said
    assert said.count("Certificate Validation: Certificate is Trusted.") == signers, said
    assert "ETSI.CAdES.detached" in said


@pytest.mark.needs("pdfsig")
def test_pdfsig_finds_one_changed_byte(paper: Paper, tmp_path: Path) -> None:
    file = tmp_path / "papel.pdf"
    file.write_bytes(one_byte_changed(paper.content))
    said = run("pdfsig", "-nocert", file)
    assert "Signature is Valid" not in said
    assert "Digest Mismatch" in said


@pytest.mark.needs("openssl")
def test_openssl_and_pyhanko_agree(paper: Paper, tmp_path: Path) -> None:
    bundle = tmp_path / "roots.pem"
    bundle.write_bytes(trusted_bundle_pem())
    roots = [x509.Certificate.load(der_of(row.certificate_pem)) for row in Authority.objects.filter(parent=None)]
    signatures = PdfFileReader(io.BytesIO(paper.content)).embedded_regular_signatures
    assert len(signatures) == paper.signatures.count()
    for number, signature in enumerate(signatures):
        start, length, second, rest = (int(value) for value in signature.byte_range)
        signed = paper.content[start : start + length] + paper.content[second : second + rest]
        cms, data = tmp_path / f"{number}.der", tmp_path / f"{number}.bin"
        cms.write_bytes(signature.sig_object.raw_get("/Contents"))
        data.write_bytes(signed)
        said = run(
            "openssl", "cms", "-verify", "-inform", "DER", "-in", cms, "-content", data, "-binary",
            "-CAfile", bundle, "-purpose", "any", "-out", tmp_path / "out",
        )  # fmt: skip
        assert "successful" in said, said
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=signature.self_reported_timestamp)
        status = run_apart(validate_pdf_signature, signature, context)
        assert status.intact
        assert status.valid
        assert status.trusted


def test_nothing_names_a_policy_of_the_icp_brasil(paper: Paper) -> None:
    for signature in PdfFileReader(io.BytesIO(paper.content)).embedded_regular_signatures:
        names = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
        assert "signature_policy_identifier" not in names
        assert signature.sig_object["/Reason"] == "SIMULADO – SEM VALOR LEGAL"
