"""The doors for who enters by certificate, as a browser knocks at them."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.session import BOND
from pki import services as pki
from pki.models import Medium
from registry.models import Person
from siops.models import HealthManager
from tests.factories import NOON
from tests.refusals import page_after

PIN, PUK, WRONG = "2468", "13572468", "9999"
ISSUED_AT = NOON - timedelta(days=60)


def make_medium(person: Person, *, at: datetime = ISSUED_AT, kind: str = "A1", pin: str = PIN) -> Medium:
    """The person's e-CPF, in force for a year from `at`, on a medium."""
    pki.ensure_authorities(at=at)
    holder = pki.PersonHolder(name=person.name, cpf=person.cpf_text, birth_date=person.birth_date)
    return pki.issue_on_medium(holder=holder, authority_slug="icp", kind=kind, pin=pin, puk=PUK, at=at)


def make_pem(person: Person, *, at: datetime = ISSUED_AT) -> str:
    """The person's e-CPF as the TLS listener hands it over."""
    return str(make_medium(person, at=at).certificate.pem)


def certificate_url(door: str = "municipio") -> str:
    return f"{reverse('siops:sign_in_certificate')}?ente={door}"


def show(client: Client, pem: str, door: str = "municipio") -> Any:
    """Open the page on the TLS listener, with the certificate (without, when `pem` is empty)."""
    environ: dict[str, Any] = {"SSL_CLIENT_CERT": pem} if pem else {}
    return client.get(certificate_url(door), secure=True, **environ)


def present(client: Client, pem: str, office: HealthManager | int, door: str = "municipio") -> Any:
    """Press «Entrar»."""
    pk = office if isinstance(office, int) else office.pk
    return client.post(certificate_url(door), {"office": str(pk)}, secure=True, SSL_CLIENT_CERT=pem)


def take_token(client: Client, cpf: str, door: str = "municipio") -> Any:
    return client.post(reverse("siops:sign_in_virtual"), {"cpf": cpf, "door": door})


def type_pin(client: Client, pin: str) -> Any:
    return page_after(client, client.post(reverse("siops:sign_in_pin"), {"pin": pin}))


def use_token(client: Client, cpf: str, pin: str, door: str = "municipio") -> Any:
    """Both steps of the virtual token."""
    take_token(client, cpf, door)
    return type_pin(client, pin)


def use_puk(client: Client, cpf: str, puk: str, new_pin: str = "86420", repeated: str | None = None) -> Any:
    data = {"cpf": cpf, "puk": puk, "new_pin": new_pin, "repeated_pin": new_pin if repeated is None else repeated}
    return page_after(client, client.post(reverse("siops:sign_in_puk"), data))


def bound_to(client: Client) -> dict[str, Any] | None:
    """What the session of this browser is bound to."""
    bound: dict[str, Any] | None = client.session.get(BOND)
    return bound


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())
