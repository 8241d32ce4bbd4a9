"""PKCS#12 between houses: what other tools write opens here, what we write opens there, and each way out leads out."""

import base64
import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pki.authority import containers, recognition
from tests.clock import now
from tests.contract.conftest import CNPJ, ClientFiles, Run
from tests.contract.tools import CLIENTS, NODE_MODULES
from tests.pki.strange_files import container, open_container, self_signed, with_two_keys

SECRET = "segredo-Do-Teste-9"
KEY = rsa.generate_private_key(65537, 2048)


@pytest.fixture
def certificate(real_clock: None) -> x509.Certificate:
    return self_signed(KEY, at=now())


@pytest.fixture
def pair(certificate: x509.Certificate, tmp_path: Path) -> Path:
    """key.pem and certificate.pem, as a certifier may have handed them over."""
    key = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    return tmp_path


def opens(path: Path, password: str = SECRET) -> bool:
    opened = containers.open_container(path.read_bytes(), password)
    assert opened.key is not None
    return opened.certificate is not None and opened.key.public_key() == opened.certificate.public_key()


EXPORT = ("openssl", "pkcs12", "-export", "-inkey", "key.pem", "-in", "certificate.pem", "-out", "made.p12")


@pytest.mark.needs("openssl")
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-legacy",),
        ("-iter", "1000000"),
        ("-macalg", "sha512"),
        ("-certpbe", "NONE"),
        ("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-RC2-40", "-legacy"),
    ],
)
def test_what_openssl_writes_opens(options: tuple[str, ...], pair: Path, run: Run) -> None:
    run(*EXPORT, "-passout", f"pass:{SECRET}", *options)
    assert opens(pair / "made.p12")
    with pytest.raises(containers.WrongPassword):
        containers.open_container((pair / "made.p12").read_bytes(), "outra")


@pytest.mark.needs("certtool")
@pytest.mark.parametrize("cipher", ["aes-256", "3des-pkcs12"])
def test_what_gnutls_writes_opens(cipher: str, pair: Path, run: Run) -> None:
    options = ("--p12-name", "x", "--password", SECRET, "--pkcs-cipher", cipher, "--outder", "--outfile", "made.p12")
    run("certtool", "--to-p12", "--load-privkey", "key.pem", "--load-certificate", "certificate.pem", *options)
    assert opens(pair / "made.p12")


@pytest.mark.needs("keytool")
def test_what_keytool_writes_opens_and_its_own_store_is_told_apart(run: Run, tmp_path: Path) -> None:
    made = ("-genkeypair", "-alias", "a", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=EXEMPLO")
    run("keytool", *made, "-storetype", "PKCS12", "-keystore", "made.p12", "-storepass", SECRET)
    assert opens(tmp_path / "made.p12")
    run("keytool", *made, "-storetype", "JKS", "-keystore", "arquivo.jks", "-storepass", SECRET, "-keypass", SECRET)
    assert found_in((tmp_path / "arquivo.jks").read_bytes()) == "jks"
    follow("jks", run, "-srcstorepass", SECRET, "-deststorepass", SECRET)
    assert opens(tmp_path / "certificado.p12")


def found_in(content: bytes) -> str:
    with pytest.raises(containers.NotAContainer) as refused:
        containers.open_container(content, SECRET)
    return refused.value.found


def follow(kind: str, run: Run, *secrets: str) -> None:
    """Type the command that the sentence of `kind` shows, with the passwords that it would ask for."""
    run(*recognition.SENTENCES[kind].partition(": ")[2].split(), *secrets)


@pytest.mark.needs("openssl")
def test_the_way_out_of_a_pair_in_pem(pair: Path, run: Run) -> None:
    both = (pair / "key.pem").read_bytes() + (pair / "certificate.pem").read_bytes()
    (pair / "arquivo.pem").write_bytes(both)
    assert found_in(both) == "pem_pair"
    follow("pem_pair", run, "-passout", f"pass:{SECRET}")
    assert opens(pair / "certificado.pfx")


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("kind", ["key", "encrypted_key"])
def test_the_way_out_of_a_key_alone(kind: str, pair: Path, run: Run) -> None:
    if kind == "key":
        (pair / "chave.pem").write_bytes((pair / "key.pem").read_bytes())
    else:
        run("openssl", "pkcs8", "-topk8", "-in", "key.pem", "-out", "chave.pem", "-passout", f"pass:{SECRET}")
    (pair / "certificado.pem").write_bytes((pair / "certificate.pem").read_bytes())
    assert found_in((pair / "chave.pem").read_bytes()) == kind
    follow(kind, run, "-passin", f"pass:{SECRET}", "-passout", f"pass:{SECRET}")
    assert opens(pair / "certificado.pfx")


@pytest.mark.needs("openssl")
def test_the_way_out_of_base64(certificate: x509.Certificate, run: Run, tmp_path: Path) -> None:
    text = base64.encodebytes(container(KEY, certificate))
    (tmp_path / "arquivo.txt").write_bytes(text)
    assert found_in(text) == "base64"
    follow("base64", run)
    assert opens(tmp_path / "certificado.pfx")


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("make", [open_container, with_two_keys])
def test_the_strange_containers_of_these_tests_are_real_ones(
    make: object, certificate: x509.Certificate, run: Run, tmp_path: Path
) -> None:
    """Made by hand for the tables of kinds: openssl opens them, so they are refused for what they are."""
    (tmp_path / "made.p12").write_bytes(make(KEY, certificate))  # type: ignore[operator]  # a maker of a container
    said = run("openssl", "pkcs12", "-in", "made.p12", "-passin", f"pass:{SECRET}", "-nodes")
    assert said.count("-----BEGIN PRIVATE KEY-----") == (2 if make is with_two_keys else 1)


# What we write.


@pytest.fixture(params=[containers.MODERN, containers.COMPATIBLE])
def ours(request: pytest.FixtureRequest, certificate: x509.Certificate, tmp_path: Path) -> str:
    (tmp_path / "nosso.pfx").write_bytes(written(certificate, "senha escolhida ~!@#$%^&*()_+", request.param))
    return "senha escolhida ~!@#$%^&*()_+"


def written(certificate: x509.Certificate, password: str, form: str) -> bytes:
    return containers.write(certificate, key=KEY, chain=(), friendly_name="x", password=password, form=form)


LIST = ("keytool", "-list", "-keystore", "nosso.pfx", "-storetype", "PKCS12", "-storepass")


@pytest.mark.needs("keytool")
def test_java_opens_ours(ours: str, run: Run) -> None:
    assert "PrivateKeyEntry" in run(*LIST, ours)


@pytest.mark.needs("keytool")
@pytest.mark.parametrize("form", [containers.MODERN, containers.COMPATIBLE])
def test_java_does_not_open_one_whose_password_has_an_accent(
    form: str, certificate: x509.Certificate, run: Run, tmp_path: Path
) -> None:
    """Why such a password is refused when a certificate is generated, in both forms."""
    (tmp_path / "nosso.pfx").write_bytes(written(certificate, "maçã verde", form))
    with pytest.raises(AssertionError, match="password was incorrect"):
        run(*LIST, "maçã verde")


@pytest.mark.needs("certtool")
def test_gnutls_opens_ours(ours: str, run: Run) -> None:
    assert "BEGIN" in run("certtool", "--p12-info", "--inder", "--infile", "nosso.pfx", "--password", ours)


@pytest.mark.needs("node", "node-forge")
def test_node_forge_reads_certificate_and_key_of_ours(client: ClientFiles, run: Run) -> None:
    """Several Brazilian products read their A1 by node-forge, which knows RSA alone."""
    read = json.loads(run("node", CLIENTS / "forge.cjs", "client.pfx", client.password, NODE_MODULES))
    assert read["keys"] == 1
    assert read["certificates"] >= 1
    assert read["holder"].endswith(CNPJ)
