"""Who may have an access token of the RNDS (token de acesso), and the token itself (SM8)."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography import x509
from django.conf import settings
from django.db.models import F, FilteredRelation, Q, Subquery
from jwt.algorithms import RSAAlgorithm

from common import prepared, switches
from common.exceptions import Refusal
from common.legal_time import BRASILIA
from common.switch_choices import WithoutCredential
from pki import services as pki
from pki.models import Certificate, SigningKey
from rnds.models import Credential

LIFETIME = timedelta(minutes=30)
LIFETIME_SECONDS = int(LIFETIME.total_seconds())
_RS256 = RSAAlgorithm(RSAAlgorithm.SHA256)
_FINGERPRINT = "fingerprint"


class AccessDenied(Refusal):
    """No token for this certificate.

    `code` is one of no_certificate, untrusted, outside_validity, revoked and no_credential; `explanation` says the
    cause in plain words, for learners.
    """

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(DENIALS[code], code=code)
        self.explanation = explanation


DENIALS = {
    "no_certificate": "Certificado digital não apresentado.",
    "untrusted": "Certificado não emitido por autoridade confiável.",
    "outside_validity": "Certificado fora do período de vigência.",
    "revoked": "Certificado revogado.",
    "no_credential": "Certificado sem credencial ativa.",
}
_UNKNOWN_CHAIN = "A cadeia do certificado não termina em uma autoridade simulada deste ambiente."
_NOT_ON_RECORD = (
    "O certificado é de uma autoridade simulada, mas não está no registro desta sala: foi emitido em outra, ou antes "
    "de a sala ser reiniciada."
)


@dataclass(frozen=True, slots=True)
class GrantedCredential:
    """The active credential (credencial) that a certificate opens."""

    requester_id: int
    version: int
    cnes: str
    uf: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What a checked certificate is entitled to; without a credential the token opens nothing in the RNDS.

    `chain` is PEM, the certificate first; `signing_kid` names the newest signing key when the look-up already saw it;
    `user` is the system that came with a password instead of the certificate.
    """

    holder_document: str
    fingerprint: str
    issuer: str
    chain: tuple[str, ...]
    credential: GrantedCredential | None = None
    signing_kid: str = ""
    user: str = ""


class _Known(NamedTuple):
    """What may change of a certificate on record: its own state, its authority's, its active credential, the key."""

    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None
    authority_revoked_at: datetime | None
    requester_id: int | None
    version: int | None
    cnes: str | None
    uf: str | None
    signing_kid: str | None


@dataclass(frozen=True, slots=True)
class _Paper:
    """What a certificate on record says for ever: it is the same octets, signed by the same authority."""

    holder_document: str
    chain: tuple[str, ...]
    issuer: str
    issuer_period: tuple[datetime, datetime]
    defect: str


_held_keys: dict[str, pki.SigningPair] = {}


def authorise_certificate(*, pem: str, at: datetime) -> Grant:
    """Decide whether the certificate of a mutual-TLS connection gets a token at `at`, reading revocation every time.

    Chain and profile (A1, use, document, algorithm) come first, validity and revocation next, and then the credential
    (SEM_CREDENCIAL). Raises AccessDenied.
    """
    if not pem:
        raise AccessDenied("no_certificate", _explain_missing())
    fingerprint = pki.fingerprint_of(pem)
    if not fingerprint:
        raise AccessDenied("untrusted", "O certificado apresentado não pôde ser lido.")
    known = _find(fingerprint)
    if known is None:
        raise _why_unknown(pem, at)
    grant = _grant_known(known, fingerprint, at)
    if grant.credential is None and switches.now().without_credential is WithoutCredential.REFUSE:
        raise AccessDenied("no_credential", _explain_no_credential(fingerprint))
    return grant


def sign_access_token(*, grant: Grant, at: datetime, audience: str = "", tells_end: bool = True) -> str:
    """The signed JWT of a grant, valid for thirty minutes of real time from `at`; for one service, with `audience`.

    One that does not tell its end (exp) is for rehearsing, and opens nothing.
    """
    pair = _signing_pair(grant.signing_kid, at)
    issued = int(at.timestamp())
    whom = f'"aud":{json.dumps(audience)},' if audience else ""
    end = f'"exp":{issued + LIFETIME_SECONDS},' if tells_end else ""
    own = f'{whom}"iat":{issued},{end}"jti":"{secrets.token_hex(16)}"}}'
    message = b"".join((_header(pair.kid), b".", _lasting_claims(grant, switches.now().environment), _b64(own)))
    return b".".join((message, _b64(_RS256.sign(message, pair.key)))).decode()


@lru_cache(maxsize=512)
def _lasting_claims(grant: Grant, environment: str) -> bytes:
    """What every token of a certificate says alike, encoded once: the beginning of the claims, up to the comma.

    Spaces fill it to whole groups of three octets, so that the rest can follow in base64.
    """
    credential = grant.credential
    claims: dict[str, Any] = {
        "iss": "RNDS-HMG" if environment == "homologacao" else "RNDS",
        "sub": grant.holder_document,
        "ambiente": environment,
        "uf": credential.uf if credential else None,
        "cert_sha256": grant.fingerprint,
        "cert_issuer": grant.issuer,
        "cert_chain": grant.chain,
    }
    if credential:
        claims["requester_id"] = credential.requester_id
        claims["credential"] = f"{credential.requester_id}/{credential.version}"
        claims["cnes"] = credential.cnes
    if grant.user:
        claims["usuario"] = grant.user
    text = _json(claims)[:-1] + ","
    return _b64(text + " " * (-len(text) % 3))


def _grant_known(known: _Known, fingerprint: str, at: datetime) -> Grant:
    """The judgement of pki.judge_certificate over the row that was read anyway: a call costs one query."""
    paper = _paper(fingerprint)
    if paper.defect:
        raise AccessDenied("untrusted", paper.defect)
    start, end = max(known.not_before, paper.issuer_period[0]), min(known.not_after, paper.issuer_period[1])
    if not start <= at < end:
        raise AccessDenied("outside_validity", _explain_validity(start, end))
    if revoked_at := known.revoked_at or known.authority_revoked_at:
        raise AccessDenied("revoked", _explain_revocation(revoked_at))
    credential = None
    if known.requester_id is not None and known.version and known.cnes and known.uf:
        credential = GrantedCredential(known.requester_id, known.version, known.cnes, known.uf)
    return Grant(paper.holder_document, fingerprint, paper.issuer, paper.chain, credential, known.signing_kid or "")


def _why_unknown(pem: str, at: datetime) -> AccessDenied:
    """What to say of a certificate that is not on record here: nobody could say whether it was revoked."""
    presented = pki.judge_certificate(pem=pem, use=pki.Use.SERVICE, at=at)
    facts = presented.facts
    if facts is None or presented.outcome is pki.Outcome.UNTRUSTED:
        return AccessDenied("untrusted", _UNKNOWN_CHAIN)
    if presented.outcome is pki.Outcome.UNFIT:
        return AccessDenied("untrusted", presented.defect)
    if presented.outcome is pki.Outcome.OUTSIDE_VALIDITY:
        return AccessDenied("outside_validity", _explain_validity(facts.not_before, facts.not_after))
    if presented.outcome is pki.Outcome.REVOKED:
        return AccessDenied("revoked", _explain_revocation(None))
    return AccessDenied("untrusted", _NOT_ON_RECORD)


def _signing_pair(kid: str, at: datetime) -> pki.SigningPair:
    """The newest key, held by the process under its name so that an exchange is noticed at the next look-up."""
    pair = _held_keys.get(kid)
    if pair is None:
        pair = pki.current_signing_key(at=at)
        _held_keys[pair.kid] = pair
    return pair


def _find(fingerprint: str) -> _Known | None:
    """One indexed query. A certificate shared by several credentials answers for the newest."""
    sql, parameters = _query()
    found = prepared.rows(sql, [fingerprint if value == _FINGERPRINT else value for value in parameters])
    return _Known._make(found[0]) if found else None


@lru_cache(maxsize=1)
def _query() -> tuple[str, tuple[Any, ...]]:
    """The look-up, written by the ORM once: composing it costs more than running it."""
    rows = (
        Certificate.objects.filter(sha256=_FINGERPRINT)
        .annotate(
            active=FilteredRelation("credentials", condition=Q(credentials__status="active")),
            signing_kid=Subquery(SigningKey.objects.order_by("-created_at", "-pk").values("kid")[:1]),
        )
        .order_by(F("active__activated_at").desc(nulls_last=True), F("active__pk").desc(nulls_last=True))
        .values_list(
            "not_before",
            "not_after",
            "revoked_at",
            "authority__revoked_at",
            "active__requester_id",
            "active__version",
            "active__establishment_id",
            "active__uf__acronym",
            "signing_kid",
        )[:1]
    )
    statement: tuple[str, tuple[Any, ...]] = rows.query.sql_with_params()
    return statement


@lru_cache(maxsize=8)
def _header(kid: str) -> bytes:
    """The published example begins with the kid, so the order of the names is part of the contract."""
    return _b64(_json({"kid": kid, "alg": "RS256", "typ": "JWT"}))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))


def _b64(value: str | bytes) -> bytes:
    return base64.urlsafe_b64encode(value.encode() if isinstance(value, str) else value).rstrip(b"=")


@lru_cache(maxsize=512)
def _paper(fingerprint: str) -> _Paper:
    """Read once by the process; the look-up of each call leaves these long texts where they are."""
    columns = ("holder_document", "pem", "authority__slug", "authority__certificate_pem")
    document, pem, authority, issuer_pem = Certificate.objects.values_list(*columns).get(sha256=fingerprint)
    issuer = x509.load_pem_x509_certificate(issuer_pem.encode())
    return _Paper(
        document,
        (pem, issuer_pem),
        issuer.subject.rfc4514_string(),
        (issuer.not_valid_before_utc, issuer.not_valid_after_utc),
        pki.find_defect(pem=pem, authority_slug=authority, use=pki.Use.SERVICE),
    )


def _local(at: datetime) -> str:
    return f"{at.astimezone(BRASILIA):%d/%m/%Y às %H:%M:%S} (Brasília)"


def _explain_validity(not_before: datetime, not_after: datetime) -> str:
    return f"O certificado vale de {_local(not_before)} a {_local(not_after)}; este instante não conta."


def _explain_revocation(revoked_at: datetime | None) -> str:
    since = f" desde {_local(revoked_at)}" if revoked_at else ""
    return f"O certificado, ou a autoridade que o emitiu, consta como revogado{since}. Solicite nova credencial."


def _explain_no_credential(fingerprint: str) -> str:
    former = Credential.objects.filter(certificate__sha256=fingerprint).select_related("superseded_by").last()
    if former is not None:
        return f"O certificado é válido, mas sem credencial ativa. {former.ending}"
    return "O certificado é válido, mas nenhuma credencial ativa o usa. Solicite uma credencial com este certificado."


def _explain_missing() -> str:
    return (
        "A conexão não trouxe certificado de cliente. O token só é emitido por TLS mútuo: "
        f"chame {settings.TLS_URL}/api/token com o .pfx da credencial."
    )
