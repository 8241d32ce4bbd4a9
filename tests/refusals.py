"""Attempts that count are answered by a redirect; what a person sees is the page after it."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from tests.in_room import below

DOORS = (
    "accounts:sign_in",
    "accounts:sign_in_govbr",
    "accounts:sign_in_organisation",
    "admin:login",
    "siops:technician_sign_in",
    "cadsus:sign_in",
    "cadsus:sisrede_sign_in",
    "siops:sign_in_pin",
    "siops:sign_in_puk",
    "siops:certification_request",
    "siops:certification_status",
)


def page_after(client: Client, answer: Any) -> Any:
    """The page that a refused attempt leads back to, or the answer itself."""
    doors = {below(reverse(door)) for door in DOORS}
    if answer.status_code == 302 and below(urlsplit(answer["Location"]).path) in doors:
        return client.get(answer["Location"])
    return answer
