"""Run as a program: open one PKCS#12 and print what it holds.

A container may hide, under its own encryption, a second one that asks for thousands of millions of key-derivation
rounds, and the library keeps the interpreter's lock while it works them off. So strangers' containers are opened in a
process of their own, which containers.py ends when it takes too long.

Input: password and container. Output: private key (PKCS#8 DER, empty when there is none), then the certificates (DER),
the key's own first. Both are sequences of parts, each after its length in four octets. Exit status 3: it does not open.
"""

import sys
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

WRONG_PASSWORD = 3
_LENGTH_OCTETS = 4


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
    password, content = unpack(sys.stdin.buffer.read())
    try:
        found = pkcs12.load_pkcs12(content, password)
    except (ValueError, TypeError):
        return WRONG_PASSWORD
    key = found.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()) if found.key else b""
    entries = [*([found.cert] if found.cert else []), *found.additional_certs]
    sys.stdout.buffer.write(pack([key, *(entry.certificate.public_bytes(Encoding.DER) for entry in entries)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
