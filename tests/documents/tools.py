"""What other houses' tools say of a paper: pdfsig (poppler), openssl cms, and pyHanko's own validation."""

import io
import subprocess
from pathlib import Path

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from documents.models import Paper
from pki.authority.hierarchy import der_of
from pki.models import Authority
from pki.services.authorities import trusted_bundle_pem
from tests.apart import run_apart


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


def pdfsig_accepts(paper: Paper, nss: Path, folder: Path) -> None:
    """It judges a certificate once in a file: at its second signature it says «Unknown issue», whoever made them."""
    file = folder / "papel.pdf"
    file.write_bytes(paper.content)
    said = run("pdfsig", "-no-ocsp", "-nssdir", nss, file)
    signers = paper.signatures.values("certificate").distinct().count()
    assert said.count("Signature Validation: Signature is Valid.") == paper.signatories, (paper.kind, said)
    assert said.count("Certificate Validation: Certificate is Trusted.") == signers, (paper.kind, said)
    assert "ETSI.CAdES.detached" in said


def openssl_and_pyhanko_agree(paper: Paper, folder: Path) -> None:
    bundle = folder / "roots.pem"
    bundle.write_bytes(trusted_bundle_pem())
    roots = [x509.Certificate.load(der_of(row.certificate_pem)) for row in Authority.objects.filter(parent=None)]
    signatures = PdfFileReader(io.BytesIO(paper.content)).embedded_regular_signatures
    assert len(signatures) == paper.signatories
    for signature in signatures:
        start, length, second, rest = (int(value) for value in signature.byte_range)
        cms, data = folder / "cms.der", folder / "signed.bin"
        cms.write_bytes(signature.sig_object.raw_get("/Contents"))
        data.write_bytes(paper.content[start : start + length] + paper.content[second : second + rest])
        said = run(
            "openssl", "cms", "-verify", "-inform", "DER", "-in", cms, "-content", data, "-binary",
            "-CAfile", bundle, "-purpose", "any", "-out", folder / "out",
        )  # fmt: skip
        assert "successful" in said, (paper.kind, said)
        moment = signature.self_reported_timestamp
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment)
        status = run_apart(validate_pdf_signature, signature, context)
        assert (status.intact, status.valid, status.trusted) == (True, True, True), paper.kind
