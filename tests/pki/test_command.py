"""`manage.py pki`: certificates on disk for people who test clients."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from django.core.management import CommandError, call_command

from pki import services
from pki.authority import defects
from pki.authority.reading import facts_of
from pki.models import Authority, Certificate, Pkcs12File
from tests.clock import now
from tests.pki.conftest import SECRET

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("pki", *arguments, stdout=out)
    return out.getvalue()


def issue(folder: Path, *arguments: str) -> x509.Certificate:
    usual = ["--document", "529.982.247-25", "--name", "João Núñez", "--out", str(folder), "--password", SECRET]
    run("issue", *usual, *arguments)
    return x509.load_pem_x509_certificate((folder / "certificado.pem").read_bytes())


def test_issue_writes_files_that_fit_together(tmp_path: Path) -> None:
    certificate = issue(tmp_path)
    opened = pkcs12.load_pkcs12((tmp_path / "certificado.pfx").read_bytes(), SECRET.encode())
    key = load_pem_private_key((tmp_path / "certificado.key").read_bytes(), None)
    assert opened.cert is not None
    assert opened.cert.certificate == certificate
    assert key.public_key() == certificate.public_key()
    assert (tmp_path / "certificado.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "ac.pem").read_bytes() == services.chain_pem("icp")
    assert facts_of(certificate).holder_name == "JOAO NUNEZ"
    pem = (tmp_path / "certificado.pem").read_bytes()
    verdict = services.judge_certificate(pem=pem, use=services.Use.PERSON, at=now())
    assert verdict.outcome is services.Outcome.OK
    assert Certificate.objects.get().status == "valid"
    assert Pkcs12File.objects.get().content == b""


def test_issue_for_a_cnpj(tmp_path: Path) -> None:
    certificate = issue(tmp_path, "--document", "12.abc.345/01de-35", "--authority", "egestor", "--form", "compativel")
    facts = facts_of(certificate)
    assert (facts.holder_kind, facts.holder_document) == ("pj", "12ABC34501DE35")
    assert "AC e-Gestor" in facts.issuer
    assert (facts.person_cpf, facts.person_name) == ("52998224725", "PESSOA DE TESTE")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("31/12/2026", datetime(2027, 1, 1, 3, tzinfo=UTC)),
        ("2026-12-31T23:59:59-03:00", datetime(2027, 1, 1, 2, 59, 59, tzinfo=UTC)),
        ("2026-12-31T12:00:00Z", datetime(2026, 12, 31, 12, tzinfo=UTC)),
    ],
)
def test_issue_with_an_end(tmp_path: Path, text: str, instant: datetime) -> None:
    certificate = issue(tmp_path, "--not-before", "01/06/2026", "--not-after", text)
    assert certificate.not_valid_before_utc == datetime(2026, 6, 1, 3, tzinfo=UTC)
    assert certificate.not_valid_after_utc == instant


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--document", "52998224724"], "Informe um CPF ou CNPJ válido."),
        (["--document", "11222333000181", "--responsible-cpf", "52998224725"], "responsible-cpf"),
        (["--not-after", "01/01/2035"], "passa da do e-CPF A1"),
        (["--not-after", "2027-01-01T00:00:00"], "fuso"),
        (["--not-after", "amanhã"], "dd/mm/aaaa"),
        (["--name", "名前"], "não tem letras"),
    ],
)
def test_issue_refuses(tmp_path: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        issue(tmp_path / "out", *arguments)
    assert not (tmp_path / "out").exists()
    assert not Certificate.objects.exists()


def test_a_drawn_password_is_shown_and_opens(tmp_path: Path) -> None:
    out = run("issue", "--document", "52998224725", "--name", "ANA", "--out", str(tmp_path))
    password = out.rpartition("Senha do .pfx: ")[2].strip()
    assert len(password) >= 12
    assert pkcs12.load_pkcs12((tmp_path / "certificado.pfx").read_bytes(), password.encode()).key


def test_the_catalogue_lists_every_defect() -> None:
    lines = run("defects").splitlines()
    assert [line.split()[0] for line in lines] == [defect.name for defect in defects.CATALOGUE]


@pytest.mark.parametrize("name", [defect.name for defect in defects.CATALOGUE])
def test_every_defect_meets_the_check_it_promises(tmp_path: Path, name: str) -> None:
    out = run("defect", name, "--out", str(tmp_path), "--password", SECRET)
    content = (tmp_path / f"{name}.pfx").read_bytes()
    defect = defects.BY_NAME[name]
    assert defect.description in out
    assert (tmp_path / f"{name}.key").exists() is defect.keeps_key
    at = now() + timedelta(seconds=1)
    if not defect.check:
        assert services.inspect_pkcs12(content=content, filename="a.pfx", password=SECRET, at=at)
        return
    with pytest.raises(services.CertificateRefused) as caught:
        services.inspect_pkcs12(content=content, filename="a.pfx", password=SECRET, at=at)
    assert caught.value.check == defect.check


def test_the_revoked_defect_is_really_in_the_list(tmp_path: Path) -> None:
    for _ in range(2):
        run("defect", "revogado", "--out", str(tmp_path))
    certificate = x509.load_pem_x509_certificate((tmp_path / "revogado.pem").read_bytes())
    crl = x509.load_der_x509_crl(services.current_crl(authority_slug="icp", at=now()))
    assert len(crl) == 2
    assert crl.get_revoked_certificate_by_serial_number(certificate.serial_number)


def test_the_revoked_authority_is_made_once_and_listed_by_its_root(tmp_path: Path) -> None:
    for _ in range(2):
        run("defect", "ac-revogada", "--out", str(tmp_path))
    authority = Authority.objects.get(slug="icp-revogada")
    assert authority.revoked_at
    crl = x509.load_der_x509_crl(services.current_crl(authority_slug="icp-raiz", at=now()))
    assert len(crl) == 1


def test_ca_exports_every_authority(tmp_path: Path) -> None:
    run("ca", "--out", str(tmp_path / "novas"))
    names = {path.name for path in (tmp_path / "novas").iterdir()}
    assert names == {"egestor-raiz.pem", "egestor.pem", "icp-raiz.pem", "icp.pem", "cadeia.pem"}
    assert len(x509.load_pem_x509_certificates((tmp_path / "novas" / "cadeia.pem").read_bytes())) == 4
