"""What a certificate of ours may be used for: one table of the hierarchy above it and of its profile.

Every door asks `check` with the use it has in mind; no door judges by itself.
"""

from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from pki.authority import reading, trust
from pki.authority.errors import InspectionRefused
from pki.authority.holders import is_valid_document
from pki.authority.profiles import ORGANISATION_A1, PERSON_A1, PERSON_A3

LEAST_RSA_BITS = 2048
_POLICY_ARC = "2.16.76.1.2."
_POLICY_TYPES = {"1": "A1", "2": "A2", "3": "A3", "4": "A4", "101": "S1", "102": "S2", "103": "S3", "104": "S4"}
_TITLES = {PERSON_A1.kind: "e-CPF", ORGANISATION_A1.kind: "e-CNPJ"}


class Use(Enum):
    """Why somebody presents a certificate."""

    PERSON = "person"
    """It proves who its holder is, or an organisation's responsible person (responsável): a session opens."""

    SERVICE = "service"
    """It identifies the system of an establishment or of its requester: a credential, a token."""


_NOTHING: frozenset[Use] = frozenset()
# The e-Gestor writes what a município typed, so its certificates prove nobody's identity.
ENTITLED: dict[tuple[str, str], frozenset[Use]] = {
    ("icp-raiz", PERSON_A1.name): frozenset({Use.PERSON, Use.SERVICE}),
    ("icp-raiz", PERSON_A3.name): frozenset({Use.PERSON}),
    ("icp-raiz", ORGANISATION_A1.name): frozenset({Use.PERSON, Use.SERVICE}),
    ("egestor-raiz", PERSON_A1.name): frozenset({Use.SERVICE}),
    ("egestor-raiz", PERSON_A3.name): _NOTHING,
    ("egestor-raiz", ORGANISATION_A1.name): frozenset({Use.SERVICE}),
}

NO_PERSON = (
    "Este certificado identifica o sistema de um município e não prova quem é uma pessoa: a autoridade que o emitiu "
    "escreve nele o nome que lhe informam. Use o seu e-CPF da ICP-Brasil (simulada)."
)
NOT_OURS = "Certificado não emitido por autoridade da ICP-Brasil (simulada)."
NO_CLIENT = "O certificado não permite autenticação de cliente."
INCONSISTENT = "CPF/CNPJ do certificado inconsistente."
FORBIDDEN_ALGORITHM = "Algoritmo do certificado não permitido."


def roots_for(use: Use) -> frozenset[str]:
    """The roots below which some profile has this use."""
    return frozenset(root for (root, _), uses in ENTITLED.items() if use in uses)


def check(certificate: x509.Certificate, *, root: str, use: Use) -> None:
    """Raise InspectionRefused unless a certificate below `root` may be used so (C9, C10, C11 and C13).

    Signature, validity and revocation are not looked at.
    """
    if root not in roots_for(use):
        raise InspectionRefused("C7", NO_PERSON if use is Use.PERSON else NOT_OURS)
    facts = reading.facts_of(certificate)
    _check_policy(certificate, _accepted_types(root, facts.holder_kind, use))
    _check_usage(certificate)
    _check_document(facts)
    _check_algorithm(certificate)


def defect_of(certificate: x509.Certificate, *, root: str, use: Use) -> str:
    """What `check` refuses, in words; "" when nothing."""
    try:
        check(certificate, root=root, use=use)
    except InspectionRefused as refusal:
        return refusal.message
    return ""


def _accepted_types(root: str, holder_kind: str, use: Use) -> list[str]:
    """The types (A1, A3) of the profiles that the table allows; of every holder when the certificate names none."""
    names = [name for (below, name), uses in ENTITLED.items() if below == root and use in uses]
    return sorted({name.split()[1] for name in names if name.split()[0] == _TITLES.get(holder_kind, name.split()[0])})


def _check_policy(certificate: x509.Certificate, accepted: list[str]) -> None:
    arcs = [
        oid.removeprefix(_POLICY_ARC).split(".")
        for oid in reading.policies_of(certificate)
        if oid.startswith(_POLICY_ARC)
    ]
    types = {_POLICY_TYPES.get(arc[0], "") for arc in arcs}
    if types.intersection(accepted):
        return
    wanted = " ou ".join(accepted)
    other = next(iter(sorted(types - {""})), "")
    kind = f"do tipo {other}" if other else f"sem política de certificado {wanted}"
    raise InspectionRefused("C9", f"Certificado {kind} não é aceito; utilize um certificado {wanted}.")


def _check_usage(certificate: x509.Certificate) -> None:
    if not trust.may_authenticate(certificate):
        raise InspectionRefused("C10", NO_CLIENT)


def _check_document(facts: reading.Facts) -> None:
    length = PERSON_A1.document_length if facts.holder_kind == PERSON_A1.kind else ORGANISATION_A1.document_length
    fits = len(facts.holder_document) == length and is_valid_document(facts.holder_document)
    if not fits or facts.holder_document != facts.common_name_document:
        raise InspectionRefused("C11", INCONSISTENT)


def _check_algorithm(certificate: x509.Certificate) -> None:
    key = certificate.public_key()
    is_weak = isinstance(certificate.signature_hash_algorithm, trust.WEAK_HASHES)
    if is_weak or not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_RSA_BITS:
        raise InspectionRefused("C13", FORBIDDEN_ALGORITHM)
