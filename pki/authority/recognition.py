"""What a file is when it is not a PKCS#12 that serves, what to do about it, and what it shows without a password."""

import base64
import re
from collections.abc import Iterator

from asn1crypto import cms
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key

NOT_A_CONTAINER = "O arquivo não é um certificado A1 (.pfx) válido."
_JOIN = "openssl pkcs12 -export -inkey chave.pem -in certificado.pem -out certificado.pfx"
_ONLY_PUBLIC = (
    "É só o certificado público, como um .cer, sem a chave privada. Exporte-o de novo, de onde o certificado foi "
    "instalado, como .pfx ou .p12, com a chave privada."
)

# Each kind of file that is no PKCS#12, and its way out.
SENTENCES = {
    "pem": _ONLY_PUBLIC,
    "der": _ONLY_PUBLIC,
    "p7b": (
        "É uma cadeia de certificados (.p7b), sem a chave privada. Exporte o certificado de novo como .pfx ou .p12, "
        "com a chave privada."
    ),
    "csr": "É um pedido de certificado (CSR), sem o certificado. Envie o .pfx que a certificadora entregou.",
    "pem_pair": (
        "É um texto PEM com a chave privada e o certificado. Junte os dois em um .pfx: openssl pkcs12 -export "
        "-in arquivo.pem -out certificado.pfx"
    ),
    "key": f"É só a chave privada, sem o certificado. Junte os dois em um .pfx: {_JOIN}",
    "encrypted_key": f"É uma chave privada cifrada, sem o certificado. Junte os dois em um .pfx: {_JOIN}",
    "jks": (
        "É um repositório de chaves do Java (JKS). Converta-o: keytool -importkeystore -srckeystore arquivo.jks "
        "-destkeystore certificado.p12 -deststoretype PKCS12"
    ),
    "base64": (
        "É um .pfx escrito em Base64, como texto. Decodifique-o: openssl base64 -d -in arquivo.txt -out certificado.pfx"
    ),
    "zip": "É um arquivo compactado. Extraia o .pfx de dentro dele e envie só o .pfx.",
    "truncated": "O .pfx está incompleto: a cópia ou o download parou antes do fim. Copie ou baixe o arquivo de novo.",
    "trailing": (
        "Há bytes a mais depois do fim do .pfx, como a quebra de linha que um editor de texto acrescenta. Copie de "
        "novo o arquivo original, sem abri-lo em um editor."
    ),
}
# Kinds without a private key.
PUBLIC_ONLY = frozenset({"pem", "der", "p7b", "csr"})
# A PKCS#12 that does not serve: the sentence says everything by itself.
OPENED = {
    "no_password": "O arquivo foi gravado sem senha, e o PEC exige uma. Exporte-o de novo com uma senha.",
    "two_keys": (
        "O arquivo traz mais de uma chave privada. Exporte de novo só o certificado A1 que será usado, com a chave "
        "dele."
    ),
    "unreadable": (
        "A senha está certa, mas um dos certificados do arquivo (ou a chave) está malformado e não pôde ser lido. "
        "Exporte o .pfx de novo, com o seu certificado e os das autoridades acima dele."
    ),
    "too_slow": (
        "O arquivo pede trabalho demais para ser aberto. Exporte-o de novo com menos iterações (as ferramentas de hoje "
        "usam até 1.000.000)."
    ),
    "other_key": (
        "A chave privada do arquivo não é RSA, como exige um certificado A1 da ICP-Brasil. Envie o .pfx do certificado "
        "A1."
    ),
}

_PEM_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]+={0,2}\s*")
_JAVA_STORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_ARCHIVES = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08")
# A DER sequence whose length takes two octets, and inside it another sequence: how every certificate begins.
_MAYBE_CERTIFICATE = re.compile(rb"(?=\x30\x82(..)\x30[\x81\x82])", re.DOTALL)
_HEADER_OCTETS = 4
_SHORTEST_BASE64 = 64


def sentence_of(found: str, *, otherwise: str) -> str:
    """What to tell about a file: `otherwise` is said alone for what nobody recognises, and before the way out."""
    if found in OPENED:
        return OPENED[found]
    return f"{otherwise} {SENTENCES[found]}" if found in SENTENCES else otherwise


def what_it_is(content: bytes) -> str:
    """The kind of a file that is not a whole PKCS#12; "" for what nobody recognises."""
    if b"-----BEGIN " in content:
        return _pem_kind(content)
    if content.startswith(_JAVA_STORES):
        return "jks"
    if content.startswith(_ARCHIVES):
        return "zip"
    if is_container(content):
        return ""
    return _der_kind(content) or _base64_kind(content) or _broken_container(content)


def visible_certificates(content: bytes) -> list[x509.Certificate]:
    """Every certificate that the file shows to whoever has no password, whatever the file is."""
    seen: dict[bytes, x509.Certificate] = {}
    for readable in _readable_parts(content):
        for candidate in _MAYBE_CERTIFICATE.finditer(readable):
            start = candidate.start()
            der = readable[start : start + _HEADER_OCTETS + int.from_bytes(candidate[1], "big")]
            try:
                seen[der] = x509.load_der_x509_certificate(der)
            except (ValueError, x509.InvalidVersion):
                continue
    return list(seen.values())


def _readable_parts(content: bytes) -> Iterator[bytes]:
    """The file itself, what its text encodes, and the unencrypted parts of a container (perhaps in pieces)."""
    yield content
    for block in _PEM_BLOCK.finditer(content):
        yield _decoded(block[2])
    if _is_base64(content):
        content = _decoded(content)
        yield content
    try:
        for part in asn1_pkcs12.Pfx.load(content).authenticated_safe:
            if part["content_type"].native == "data":
                yield bytes(part["content"].native)
    except (ValueError, TypeError, KeyError, AttributeError):
        return


def _pem_kind(content: bytes) -> str:
    labels = {block[1] for block in _PEM_BLOCK.finditer(content)}
    has_certificate = b"CERTIFICATE" in labels
    if b"ENCRYPTED PRIVATE KEY" in labels or b"4,ENCRYPTED" in content:
        return "pem_pair" if has_certificate else "encrypted_key"
    if any(label.endswith(b"PRIVATE KEY") for label in labels):
        return "pem_pair" if has_certificate else "key"
    if has_certificate:
        return "pem"
    if labels & {b"PKCS7", b"CMS"}:
        return "p7b"
    return "csr" if any(label.endswith(b"CERTIFICATE REQUEST") for label in labels) else ""


def _der_kind(content: bytes) -> str:
    readers = {"der": x509.load_der_x509_certificate, "csr": x509.load_der_x509_csr}
    for kind, read in readers.items():
        try:
            read(content)
        except (ValueError, x509.InvalidVersion):
            continue
        return kind
    try:
        load_der_private_key(content, None)
    except TypeError:
        return "encrypted_key"
    except (ValueError, UnsupportedAlgorithm):
        return "p7b" if _is_signed_data(content) else ""
    return "key"


def _is_signed_data(content: bytes) -> bool:
    try:
        return bool(cms.ContentInfo.load(content)["content_type"].native == "signed_data")
    except (ValueError, TypeError, KeyError):
        return False


def _base64_kind(content: bytes) -> str:
    if not _is_base64(content):
        return ""
    decoded = _decoded(content)
    return "base64" if is_container(decoded) else _der_kind(decoded)


def _is_base64(content: bytes) -> bool:
    return len(content) >= _SHORTEST_BASE64 and _BASE64.fullmatch(content) is not None


def _decoded(text: bytes) -> bytes:
    """What the Base64 text encodes; nothing when it is none."""
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except ValueError:
        return b""


def is_container(content: bytes, *, whole: bool = True) -> bool:
    """Whether it is a PKCS#12, by its outline; unless `whole`, it may have octets after its end."""
    try:
        return bool(asn1_pkcs12.Pfx.load(content, strict=whole)["version"].native == "v3")
    except (ValueError, TypeError, KeyError):
        return False


def _broken_container(content: bytes) -> str:
    """ "truncated" or "trailing" for a container that ends too soon or too late."""
    if is_container(content, whole=False):
        return "trailing"
    return "truncated" if _begins_as_container(content) else ""


def _begins_as_container(content: bytes) -> bool:
    """A sequence that announces more octets than there are, and begins with the version 3 of a PKCS#12."""
    if content[:2] != b"\x30\x82" or content[_HEADER_OCTETS : _HEADER_OCTETS + 3] != b"\x02\x01\x03":
        return False
    return len(content) < _HEADER_OCTETS + int.from_bytes(content[2:_HEADER_OCTETS], "big")
