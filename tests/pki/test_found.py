"""What a file that is no A1 turns out to be, and the way out that its person reads: the table kind × sentence."""

import base64
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pki.authority import containers, inspection, opener, recognition
from pki.authority.errors import InspectionRefused
from tests.factories import NOON
from tests.pki.conftest import House
from tests.pki.strange_files import (
    SECRET,
    container,
    java_store,
    open_container,
    self_signed,
    strange_files,
    with_a_broken_certificate,
    zipped,
)

KEY = rsa.generate_private_key(65537, 2048)
CERTIFICATE = self_signed(KEY, at=NOON)
FILES = strange_files(KEY, CERTIFICATE)

NOT_VALID = "O arquivo não é um certificado A1 (.pfx) válido. "
ONLY_PUBLIC = NOT_VALID + (
    "É só o certificado público, como um .cer, sem a chave privada. Exporte-o de novo, de onde o certificado foi "
    "instalado, como .pfx ou .p12, com a chave privada."
)
CHAIN = NOT_VALID + (
    "É uma cadeia de certificados (.p7b), sem a chave privada. Exporte o certificado de novo como .pfx ou .p12, com a "
    "chave privada."
)
CSR = NOT_VALID + ("É um pedido de certificado (CSR), sem o certificado. Envie o .pfx que a certificadora entregou.")
JOIN = "Junte os dois em um .pfx: openssl pkcs12 -export -inkey chave.pem -in certificado.pem -out certificado.pfx"
ONLY_KEY = NOT_VALID + f"É só a chave privada, sem o certificado. {JOIN}"
ENCRYPTED_KEY = NOT_VALID + f"É uma chave privada cifrada, sem o certificado. {JOIN}"
PAIR = NOT_VALID + (
    "É um texto PEM com a chave privada e o certificado. Junte os dois em um .pfx: openssl pkcs12 -export "
    "-in arquivo.pem -out certificado.pfx"
)
JKS = NOT_VALID + (
    "É um repositório de chaves do Java (JKS). Converta-o: keytool -importkeystore -srckeystore arquivo.jks "
    "-destkeystore certificado.p12 -deststoretype PKCS12"
)
BASE64 = NOT_VALID + (
    "É um .pfx escrito em Base64, como texto. Decodifique-o: openssl base64 -d -in arquivo.txt -out certificado.pfx"
)
NO_PASSWORD = "O arquivo foi gravado sem senha, e o PEC exige uma. Exporte-o de novo com uma senha."

SENTENCES = {
    "certificate PEM": ("pem", ONLY_PUBLIC),
    "certificate PEM after openssl's notes": ("pem", ONLY_PUBLIC),
    "certificate DER": ("der", ONLY_PUBLIC),
    "certificate in bare Base64": ("der", ONLY_PUBLIC),
    "p7b DER": ("p7b", CHAIN),
    "p7b PEM": ("p7b", CHAIN),
    "CSR DER": ("csr", CSR),
    "CSR PEM": ("csr", CSR),
    "key PEM": ("key", ONLY_KEY),
    "key PEM, old form": ("key", ONLY_KEY),
    "key DER": ("key", ONLY_KEY),
    "encrypted key PEM": ("encrypted_key", ENCRYPTED_KEY),
    "encrypted key PEM, old form": ("encrypted_key", ENCRYPTED_KEY),
    "encrypted key DER": ("encrypted_key", ENCRYPTED_KEY),
    "key and certificate PEM": ("pem_pair", PAIR),
    "JKS": ("jks", JKS),
    "JCEKS": ("jks", JKS),
    "pfx in Base64": ("base64", BASE64),
    "pfx in one line of Base64": ("base64", BASE64),
    "ZIP": ("zip", NOT_VALID + "É um arquivo compactado. Extraia o .pfx de dentro dele e envie só o .pfx."),
    "truncated pfx": (
        "truncated",
        NOT_VALID
        + "O .pfx está incompleto: a cópia ou o download parou antes do fim. Copie ou baixe o arquivo de novo.",
    ),
    "pfx and a newline": (
        "trailing",
        NOT_VALID + "Há bytes a mais depois do fim do .pfx, como a quebra de linha que um editor de texto acrescenta. "
        "Copie de novo o arquivo original, sem abri-lo em um editor.",
    ),
    "pfx without password": ("no_password", NO_PASSWORD),
    "pfx with an empty password": ("no_password", NO_PASSWORD),
    "two keys": (
        "two_keys",
        "O arquivo traz mais de uma chave privada. Exporte de novo só o certificado A1 que será usado, com a chave "
        "dele.",
    ),
    "broken certificate": (
        "unreadable",
        "A senha está certa, mas um dos certificados do arquivo (ou a chave) está malformado e não pôde ser lido. "
        "Exporte o .pfx de novo, com o seu certificado e os das autoridades acima dele.",
    ),
    "Ed25519": (
        "other_key",
        "A chave privada do arquivo não é RSA, como exige um certificado A1 da ICP-Brasil. Envie o .pfx do certificado "
        "A1.",
    ),
}


def refusal(content: bytes, house: House, password: str = SECRET) -> InspectionRefused:
    with pytest.raises(InspectionRefused) as caught:
        inspection.inspect(
            content=content,
            filename="arquivo.pfx",
            password=password,
            at=NOON,
            store=house.store,
            revoked_at=lambda slug, serial: None,
        )
    return caught.value


def test_the_table_is_whole() -> None:
    assert SENTENCES.keys() == FILES.keys()
    told = {found for found, _ in SENTENCES.values()}
    assert told | {"too_slow"} == recognition.SENTENCES.keys() | recognition.OPENED.keys()


@pytest.mark.parametrize("kind", FILES)
def test_each_kind_has_its_sentence(kind: str, house: House) -> None:
    refused = refusal(FILES[kind](), house)
    assert (refused.found, refused.message) == SENTENCES[kind]
    assert refused.about == "file"


@pytest.mark.parametrize("kind", ["broken certificate", "two keys"])
def test_a_wrong_password_is_told_first(kind: str, house: House) -> None:
    assert refusal(FILES[kind](), house, password="outra").message == "Senha do certificado incorreta."


def test_a_file_without_password_is_never_blamed_on_the_password(house: House) -> None:
    for kind in ("pfx without password", "pfx with an empty password"):
        assert refusal(FILES[kind](), house, password="qualquer").found == "no_password"


# What today's tools write must open, however many rounds it asks for.


def test_the_default_rounds_of_gnutls_open() -> None:
    """Key, certificates and integrity code with 600,000 rounds each: 2.4 million with a fourth part."""
    opened = containers.open_container(container(KEY, CERTIFICATE, rounds=600_000), SECRET)
    assert opened.certificate == CERTIFICATE


def test_the_password_is_not_blamed_once_the_integrity_code_fits() -> None:
    content = with_a_broken_certificate(KEY, CERTIFICATE)
    assert opener.mac_fits(content, SECRET.encode()) is True
    with pytest.raises(containers.NotAContainer) as refused:
        containers.open_container(content, SECRET)
    assert refused.value.found == "unreadable"


def test_the_integrity_code_is_that_of_the_library() -> None:
    content = container(KEY, CERTIFICATE)
    assert opener.mac_fits(content, SECRET.encode()) is True
    assert opener.mac_fits(content, b"outra") is False
    assert opener.mac_fits(open_container(KEY, CERTIFICATE), b"outra") is None


# Certificates that a file shows without its password.

SHOWN: dict[str, Callable[[], bytes]] = {
    "PEM": FILES["certificate PEM"],
    "DER": FILES["certificate DER"],
    "bare Base64": FILES["certificate in bare Base64"],
    "p7b": FILES["p7b DER"],
    "p7b in PEM": FILES["p7b PEM"],
    "JKS": FILES["JKS"],
    "key and certificate": FILES["key and certificate PEM"],
    "unencrypted bags": lambda: open_container(KEY, CERTIFICATE, mac_password=SECRET),
    "unencrypted bags in Base64": lambda: base64.encodebytes(open_container(KEY, CERTIFICATE)),
    "after a text": lambda: b"Bag Attributes\n" + FILES["certificate PEM"](),
}
HIDDEN: dict[str, Callable[[], bytes]] = {
    "encrypted bags": lambda: container(KEY, CERTIFICATE),
    "ZIP of encrypted bags": lambda: zipped("a.pfx", container(KEY, CERTIFICATE)),
    "noise": lambda: b"\x30\x82\x01\x00\x30\x82" * 10_000,
}


@pytest.mark.parametrize("kind", SHOWN)
def test_a_visible_certificate_is_seen(kind: str) -> None:
    assert recognition.visible_certificates(SHOWN[kind]()) == [CERTIFICATE]


@pytest.mark.parametrize("kind", HIDDEN)
def test_a_hidden_certificate_is_not(kind: str) -> None:
    started = time.monotonic()
    assert recognition.visible_certificates(HIDDEN[kind]()) == []
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("make", [lambda k, c: open_container(k, c, mac_password=SECRET), lambda k, c: java_store(c)])
def test_a_real_certificate_in_sight_is_refused_without_its_password(make: object, house: House) -> None:
    real = self_signed(KEY, at=NOON, organisation="ICP-Brasil")
    refused = refusal(make(KEY, real), house, password="não sei")  # type: ignore[operator]  # a maker of a file
    assert (refused.check, refused.message) == ("REAL", "Este ambiente é um simulador. Não envie certificados reais.")
