"""A paper of one sheet with its foot, as the benches sign it."""

from datetime import datetime
from typing import Any

from tests.documents.sheets import plain_pdf


def sheet() -> bytes:
    """Before it is signed."""
    from documents import foot

    words = foot.Foot("Papel", "0004700001", "0A1B2C3D", "25000.000001/2026-00", "http://127.0.0.1/conferencia/", "")
    return foot.add_foot(plain_pdf(), words)


def stripe(at: datetime) -> bytes:
    """Of its one signatory."""
    from documents import foot

    return foot.stripe(name="Ana Souza", role="Coordenadora", at=at, seal_words="")


def signed(content: bytes, *, seal: Any, stripe: bytes, attached: bytes) -> bytes:
    """With the stripe, its proof attached, and sealed."""
    from documents import foot, signing

    return signing.sign(
        content,
        identity=seal,
        position=0,
        box=foot.stripe_box(0),
        stripe=stripe,
        name="Ana Souza",
        location="http://127.0.0.1",
        attached=attached,
    )
