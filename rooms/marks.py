"""The room that a certificate names: its CRL address (CDP) is under the address of the room that issued it.

This is a claim. The room itself believes it only when the certificate is on its record.
"""

import re
from functools import lru_cache

from cryptography import x509

CODE = re.compile(r"https?://[^/]+/s/(?P<code>[a-z0-9]{3,12})/", re.ASCII)


@lru_cache(maxsize=4096)
def room_of(pem: str) -> str:
    """Code of the room that the first certificate of `pem` names, or "" when it names none."""
    if not pem:
        return ""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, x509.InvalidVersion):
        return ""
    names = (name.value for point in points for name in point.full_name or () if isinstance(name.value, str))
    found = (CODE.match(name) for name in names)
    return next((match["code"] for match in found if match), "")
