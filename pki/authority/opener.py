"""Run apart (common.apart): open one PKCS#12 and print what it holds.

A container may ask for thousands of millions of key-derivation rounds, openly or under its own encryption, and the
library keeps the interpreter's lock while it works them off. So strangers' containers are opened in a process of their
own, bound by time on the processor here and by the clock in containers.py, and never by the number of rounds: the tools
of today ask for millions of them in good faith.

Argument: seconds on the processor. Input: password and container. Output: private key (PKCS#8 DER, empty when there is
none), then the certificates (DER), the key's own first. Input and output are sequences of parts, each after its length
in four octets. The exit status says why a container stays closed.
"""

import hashlib
import hmac
import os
import resource
import sys
from collections.abc import Iterable, Iterator

from asn1crypto import core
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509 import InvalidVersion

# Exit statuses: the password is wrong; it is wrong or the container is damaged; it is right and what is inside cannot
# be read; the container has an empty password.
WRONG_PASSWORD, AMBIGUOUS, UNREADABLE, NO_PASSWORD = 3, 4, 5, 6
_LENGTH_OCTETS = 4
_MAC_PURPOSE = b"\x03"
_DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def pack(parts: Iterable[bytes]) -> bytes:
    """The parts, each after its length."""
    return b"".join(len(part).to_bytes(_LENGTH_OCTETS, "big") + part for part in parts)


def unpack(packed: bytes) -> Iterator[bytes]:
    """The parts that pack() joined."""
    while packed:
        end = _LENGTH_OCTETS + int.from_bytes(packed[:_LENGTH_OCTETS], "big")
        yield packed[_LENGTH_OCTETS:end]
        packed = packed[end:]


def main() -> int:
    _limit_work(int(sys.argv[1]))
    password, content = unpack(sys.stdin.buffer.read())
    try:
        found = pkcs12.load_pkcs12(content, password)
        key = found.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) if found.key else b""
    except (ValueError, TypeError, InvalidVersion, UnsupportedAlgorithm):
        return why_closed(content, password)
    entries = [*([found.cert] if found.cert else []), *found.additional_certs]
    sys.stdout.buffer.write(pack([key, *(entry.certificate.public_bytes(Encoding.DER) for entry in entries)]))
    return 0


def why_closed(content: bytes, password: bytes) -> int:
    """The exit status for a container that the library did not open; only the integrity check can tell."""
    try:
        is_right = mac_fits(content, password)
        if is_right is None:
            return AMBIGUOUS
        if is_right:
            return UNREADABLE
        return NO_PASSWORD if password and mac_fits(content, b"") else WRONG_PASSWORD
    except (ValueError, TypeError, KeyError, AttributeError):
        return AMBIGUOUS


def mac_fits(content: bytes, password: bytes) -> bool | None:
    """Whether the password gives the container's integrity code (RFC 7292); None when it has none that we know."""
    pfx = asn1_pkcs12.Pfx.load(content)
    mac = pfx["mac_data"]
    if isinstance(mac, core.Void):
        return None
    name = mac["mac"]["digest_algorithm"]["algorithm"].native
    if name not in _DIGESTS:
        return None
    secret = password.decode().encode("utf-16-be") + b"\0\0"
    # An empty password is written in two ways.
    for written in (secret,) if password else (secret, b""):
        key = _mac_key(name, written, bytes(mac["mac_salt"].native), int(mac["iterations"].native))
        code = hmac.digest(key, bytes(pfx["auth_safe"]["content"].native), name)
        if hmac.compare_digest(code, bytes(mac["mac"]["digest"].native)):
            return True
    return False


def _mac_key(name: str, secret: bytes, salt: bytes, rounds: int) -> bytes:
    """The key derivation of RFC 7292, appendix B.2, for a key as long as the digest."""
    digest = getattr(hashlib, name)
    block = digest().block_size
    state: bytes = digest(_MAC_PURPOSE * block + _filled(salt, block) + _filled(secret, block)).digest()
    for _ in range(rounds - 1):
        state = digest(state).digest()
    return state


def _filled(text: bytes, block: int) -> bytes:
    """The text repeated up to a multiple of the block; nothing stays nothing."""
    length = -(-len(text) // block) * block
    return (text * (length // len(text) + 1))[:length] if text else b""


def _limit_work(seconds: int) -> None:
    """Let the portal's own threads go first, and end after so much time on the processor."""
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
