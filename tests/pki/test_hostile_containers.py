"""Containers made to confuse: each is refused with its message and none costs much time."""

import threading
import time
from datetime import timedelta

import pytest
from asn1crypto import algos, cms, core
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from pki.authority import containers, inspection, issuing, recognition
from pki.authority.errors import InspectionRefused
from tests.factories import NOON
from tests.pki.conftest import SECRET, House

NOT_A_CONTAINER = "O arquivo não é um certificado A1 (.pfx) válido."
WRONG_PASSWORD = "Senha do certificado incorreta."
AMBIGUOUS = "Senha incorreta ou arquivo corrompido."
TOO_SLOW = (
    "O arquivo pede trabalho demais para ser aberto. Exporte-o de novo com menos iterações (as ferramentas de hoje "
    "usam até 1.000.000)."
)


@pytest.fixture(scope="module")
def pfx(house: House, issued: issuing.Issued) -> bytes:
    return containers.write(
        issued.certificate,
        key=issued.key,
        chain=(house.icp.certificate,),
        friendly_name="x",
        password=SECRET,
        form="moderno",
    )


def refusal(content: bytes, house: House, password: str = SECRET) -> InspectionRefused:
    started = time.monotonic()
    with pytest.raises(InspectionRefused) as caught:
        inspection.inspect(
            content=content,
            filename="arquivo.pfx",
            password=password,
            at=NOON,
            store=house.store,
            revoked_at=lambda slug, serial: None,
        )
    assert time.monotonic() - started < 20
    return caught.value


def key_pem(issued: issuing.Issued) -> bytes:
    return issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("kind", ["noise", "zeros", "text", "pkcs7 without content"])
def test_files_that_nobody_recognises(house: House, kind: str) -> None:
    content = {
        "noise": bytes(range(256)) * 20,
        "zeros": b"\0" * 5000,
        "text": "olá, certificado".encode(),
        "pkcs7 without content": b"0\x0b\x06\x09*\x86H\x86\xf7\x0d\x01\x07\x09",
    }[kind]
    refused = refusal(content, house)
    assert (refused.check, refused.message, refused.found) == ("C2", NOT_A_CONTAINER, "")


@pytest.mark.parametrize("part", [0.01, 0.3, 0.7, 0.99])
def test_truncated_containers(pfx: bytes, house: House, part: float) -> None:
    refused = refusal(pfx[: int(len(pfx) * part)], house)
    assert (refused.check, refused.found) == ("C2", "truncated")


def test_trailing_bytes(pfx: bytes, house: House) -> None:
    assert refusal(pfx + b"\0", house).found == "trailing"


def test_damaged_bytes_are_refused_without_a_crash(pfx: bytes, house: House) -> None:
    messages, known = set(), recognition.SENTENCES | recognition.OPENED
    for position in range(0, len(pfx) - 120, 211):
        damaged = bytearray(pfx)
        damaged[position] ^= 0xFF
        try:
            refused = refusal(bytes(damaged), house)
            messages.add(NOT_A_CONTAINER if refused.found in known else refused.message)
        except Exception as error:
            raise AssertionError(f"byte {position}: {error!r}") from error
    assert messages <= {NOT_A_CONTAINER, WRONG_PASSWORD, AMBIGUOUS}


def test_a_container_whose_inside_is_broken_is_ambiguous(pfx: bytes, house: House) -> None:
    parsed = asn1_pkcs12.Pfx.load(pfx)
    parsed["auth_safe"]["content"] = b"\x30\x03\x02\x01"
    assert refusal(parsed.dump(force=True), house).message == AMBIGUOUS


def test_a_container_without_integrity_check_is_ambiguous_when_it_does_not_open(
    issued: issuing.Issued, house: House, pfx: bytes
) -> None:
    parsed = asn1_pkcs12.Pfx.load(pfx)
    bare = asn1_pkcs12.Pfx({"version": "v3", "auth_safe": parsed["auth_safe"]})
    assert refusal(bare.dump(), house, password="outra").message == AMBIGUOUS


def test_rounds_without_end_are_ended_by_time(pfx: bytes, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any number of rounds is begun; the processor's time and the clock end it, and the password is not blamed."""
    monkeypatch.setattr(containers, "LONGEST_SECONDS", 2.0)
    parsed = asn1_pkcs12.Pfx.load(pfx)
    parsed["mac_data"]["iterations"] = 2**31 - 1
    started = time.monotonic()
    refused = refusal(parsed.dump(force=True), house)
    assert (refused.check, refused.found, refused.about) == ("C2", "too_slow", "file")
    assert refused.message == TOO_SLOW
    assert time.monotonic() - started < 8


def test_the_work_is_bound_by_time_on_the_processor(pfx: bytes, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine takes longer by the clock for the same work; the bound of the work itself is shorter."""
    assert containers.PROCESSOR_SECONDS < containers.LONGEST_SECONDS
    monkeypatch.setattr(containers, "PROCESSOR_SECONDS", 1)
    parsed = asn1_pkcs12.Pfx.load(pfx)
    parsed["mac_data"]["iterations"] = 2**31 - 1
    assert refusal(parsed.dump(force=True), house).found == "too_slow"


def test_other_rounds_than_those_of_the_key_do_not_open_it(pfx: bytes, house: House) -> None:
    content = pfx.replace(b"\x02\x02" + containers.ROUNDS.to_bytes(2), b"\x02\x02\x7f\xff")
    assert content != pfx
    assert refusal(content, house).check == "C3"


def test_a_key_that_is_another_certificates(house: House, issued: issuing.Issued) -> None:
    """OpenSSL pairs key and certificate by a local identifier, so a stranger's key counts as no key."""
    other = rsa.generate_private_key(65537, 2048)
    mine = pkcs12.serialize_key_and_certificates(
        b"x", other, None, [issued.certificate], BestAvailableEncryption(SECRET.encode())
    )
    assert refusal(mine, house).message == "O arquivo não contém a chave privada do certificado."


def test_an_empty_container(house: House) -> None:
    key = rsa.generate_private_key(65537, 2048)
    only_key = pkcs12.serialize_key_and_certificates(b"x", key, None, None, BestAvailableEncryption(SECRET.encode()))
    assert refusal(only_key, house).check == "C4"


@pytest.mark.parametrize("name", ["ANA\x00:52998224725", "ANA\u202e:52998224725", "\u200bANA:52998224725"])
def test_nul_and_bidi_characters_in_names(house: House, issued: issuing.Issued, name: str) -> None:
    """A stranger may write anything in a name; reading it never fails, and the stranger is not trusted."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(issued.key.public_key())
        .serial_number(1)
        .not_valid_before(NOON - timedelta(days=1))
        .not_valid_after(NOON + timedelta(days=1))
        .sign(issued.key, hashes.SHA256())
    )
    content = containers.write(
        certificate, key=issued.key, chain=(), friendly_name=name, password=SECRET, form="moderno"
    )
    assert refusal(content, house).check == "C7"


@pytest.mark.parametrize("password", ["\x00", "senha\x00", "ç" * 200, "\ud800"])
def test_odd_passwords_are_just_wrong(pfx: bytes, house: House, password: str) -> None:
    assert refusal(pfx, house, password=password).check == "C3"


def hiding(pfx: bytes, rounds: int) -> bytes:
    """A container whose certificates hide, under a cheap encryption, a key that asks for `rounds` rounds."""
    safe = asn1_pkcs12.Pfx.load(pfx).authenticated_safe
    (shown,) = [part for part in safe if part["content_type"].native == "data"]
    bag = asn1_pkcs12.SafeContents.load(bytes(shown["content"].native))[0]
    derivation = bag["bag_value"]["encryption_algorithm"]["parameters"]["key_derivation_func"]
    derivation["parameters"]["iteration_count"] = rounds
    plain = asn1_pkcs12.SafeContents([bag]).dump(force=True)
    salt, vector = b"salt" * 2, b"v" * 16
    padder = PKCS7(128).padder()
    key = PBKDF2HMAC(hashes.SHA256(), 32, salt, 2048).derive(SECRET.encode())
    cipher = Cipher(AES(key), CBC(vector)).encryptor()
    encrypted = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    parameters = {
        "salt": algos.Pbkdf2Salt("specified", core.OctetString(salt)),
        "iteration_count": 2048,
        "prf": {"algorithm": "sha256", "parameters": core.Null()},
    }
    scheme = {
        "algorithm": "pbes2",
        "parameters": {
            "key_derivation_func": {"algorithm": "pbkdf2", "parameters": parameters},
            "encryption_scheme": {"algorithm": "aes256_cbc", "parameters": vector},
        },
    }
    inner = {
        "content_type": "data",
        "content_encryption_algorithm": scheme,
        "encrypted_content": encrypted,
    }
    hidden = cms.ContentInfo(
        {"content_type": "encrypted_data", "content": {"version": "v0", "encrypted_content_info": inner}}
    )
    certificates = [part for part in safe if part["content_type"].native == "encrypted_data"]
    content = asn1_pkcs12.AuthenticatedSafe([*certificates, hidden]).dump()
    container: bytes = asn1_pkcs12.Pfx(
        {"version": "v3", "auth_safe": {"content_type": "data", "content": content}}
    ).dump()
    return container


def test_a_hidden_key_that_is_honest_opens(pfx: bytes, house: House) -> None:
    """The counterpart of the next test: only the number of rounds makes the difference."""
    found = containers.open_container(hiding(pfx, containers.ROUNDS), SECRET)
    assert found.key is not None
    assert found.certificate is not None
    assert found.key.public_key() == found.certificate.public_key()


def test_hidden_rounds_end_with_their_process_and_stop_nobody_else(
    pfx: bytes, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "LONGEST_SECONDS", 3.0)
    content = hiding(pfx, 2**31 - 1)
    verdicts: list[InspectionRefused] = []
    upload = threading.Thread(target=lambda: verdicts.append(refusal(content, house)))
    upload.start()
    longest_pause, last = 0.0, time.monotonic()
    while upload.is_alive():
        time.sleep(0.01)
        longest_pause, last = max(longest_pause, time.monotonic() - last), time.monotonic()
    assert [verdict.message for verdict in verdicts] == [TOO_SLOW]
    assert longest_pause < 2
