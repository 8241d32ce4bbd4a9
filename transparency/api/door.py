"""The door of the public read API: no certificate, no token; every refusal is problem+json."""

from http import HTTPStatus

from interop.doors import Door
from interop.refusals import Format

DOOR = Door(
    "siops-leitura",
    "SIOPS: API pública de leitura",
    ("/v1/",),
    speaks=Format.PROBLEM,
    refusals={"no_data": (HTTPStatus.NOT_FOUND, "")},
    methods=lambda: ("GET", "HEAD"),
    method_note="Esta API só lê.",
)
