"""b2: signing an access token against a bare RSA-2048 signature with the same key, per CPU second."""

import secrets
import time

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from bench import support

GOAL = 0.93


def main() -> int:
    support.start_portal()

    # Models only exist after the portal started.
    from common import clock
    from pki import services as pki
    from rnds.services import access

    now = clock.now()
    pki.ensure_authorities(at=now)
    holder = pki.OrganisationHolder(
        name="Fundo de Ensaio",
        cnpj="12ABC34501DE35",
        responsible=pki.PersonHolder(name="Pessoa de Ensaio", cpf="52998224725", birth_date=now.date()),
    )
    certificate, _ = pki.issue_certificate(
        holder=holder, authority_slug="egestor", password=secrets.token_urlsafe(9), form="moderno", at=now
    )
    pki.activate_certificate(certificate_id=certificate.pk, at=now)
    pair = pki.current_signing_key(at=now)
    grant = access.authorise_certificate(pem=certificate.pem, at=now)
    count = 500 if support.FULL else 100

    def tokens() -> float:
        started = time.thread_time()
        for _ in range(count):
            access.sign_access_token(grant=grant, at=now)
        return count / (time.thread_time() - started)

    def bare() -> float:
        started = time.thread_time()
        for number in range(count):
            pair.key.sign(number.to_bytes(32, "big"), padding.PKCS1v15(), hashes.SHA256())
        return count / (time.thread_time() - started)

    token = access.sign_access_token(grant=grant, at=now)
    claims = jwt.decode(token, pair.key.public_key(), algorithms=["RS256"])
    assert claims["sub"] == "12ABC34501DE35"
    assert len(token) > 2000

    rates = support.interleave(31 if support.FULL else 21, tokens=tokens, bare=bare)
    figure = support.ratio(rates["tokens"], rates["bare"])
    absolute = ", ".join(support.figures(name, values, "/s de CPU") for name, values in rates.items())
    return support.finish(support.Goal.at_least("b2 assinatura do token", figure, GOAL, absolute))


if __name__ == "__main__":
    support.run(main)
