"""What a visitor's programme gets wrong: a sentence in Portuguese for it, a line in the log for us, never a 500."""

import io
import json
import logging
import runpy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config import logs
from config.paths import BASE_DIR

pytestmark = pytest.mark.django_db

FIELDS = {
    "application/x-www-form-urlencoded": b"cnpj=1&password=\xff\xfe\x00",
    "multipart/form-data; boundary=X": (
        b'--X\r\nContent-Disposition: form-data; name="cnpj"\r\n\r\n\xff\xfea\x00\r\n'
        b'--X\r\nContent-Disposition: form-data; name="f"; filename="a\x00"\r\n'
        b"Content-Type: text/plain; charset=utf-16\r\n\r\na\r\n--X--\r\n"
    ),
}


def post(kind: str, body: bytes, *, path: str = "", checks: bool = False) -> Any:
    client = Client(enforce_csrf_checks=checks)
    client.get(reverse("accounts:sign_in"))
    return client.generic("POST", path or reverse("accounts:sign_in_organisation"), body, content_type=kind)


@pytest.mark.parametrize("checks", [True, False])
@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize(
    "charset",
    [
        "utf-16",
        "UTF-32",
        "utf-7",
        "nada",
        "latin-1",
        "idna",
        "zlib_codec",
        "rot13",
        "punycode",
        "undefined",
        '"utf-16"',
    ],
)
def test_a_form_in_another_character_set_is_refused(kind: str, charset: str, checks: bool) -> None:
    answer = post(f"{kind}; charset={charset}", FIELDS[kind], checks=checks)
    assert answer.status_code == 415
    assert "Envie-o em UTF-8" in answer.content.decode()


def test_the_second_of_two_character_sets_counts_too() -> None:
    kind = "application/x-www-form-urlencoded"
    assert post(f"{kind}; charset=utf-8; charset=utf-16", FIELDS[kind]).status_code == 415


@pytest.mark.parametrize("kind", FIELDS)
@pytest.mark.parametrize("charset", ["", "; charset=utf-8", "; charset=UTF8", '; charset="utf-8"'])
def test_ours_is_read(kind: str, charset: str) -> None:
    assert post(kind + charset, FIELDS[kind]).status_code == 200


def test_a_query_is_not_decoded_by_the_wrong_set_either() -> None:
    address = reverse("accounts:sign_in")
    answer = Client().generic("GET", f"{address}?persona=%FF%FE", b"x", content_type="text/plain; charset=utf-16")
    assert answer.status_code == 415


def test_a_programme_gets_json() -> None:
    answer = post("application/json; charset=utf-16", b"{}", path="/api/jwks")
    assert (answer.status_code, answer.json()["error"]) == (415, "unsupported_media_type")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the handlers of the settings write."""
    configuration = logs.configure("INFO")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(configuration["filters"]["one_line"]["()"]())
    assert configuration["loggers"]["django.security"] == {
        "handlers": ["refusals"],
        "level": "WARNING",
        "propagate": False,
    }
    formatter = configuration["formatters"]["json"]
    handler.setFormatter(
        formatter["()"](foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"])
    )
    logger = logging.getLogger("django.security")
    monkeypatch.setattr(logger, "handlers", [handler])
    return stream


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Client().get("/entrar/", HTTP_HOST="mau.example"),
        lambda: Client().get("/entrar/", HTTP_HOST="999.001.002-12.example"),
        lambda: Client().get("/entrar/?" + "a=1&" * 2000),
        lambda: post("application/x-www-form-urlencoded", b"a=1&" * 2000),
        lambda: post("application/x-www-form-urlencoded", b"a=" + b"1" * 3_000_000),
    ],
)
def test_a_bad_request_is_one_line_in_the_log(ask: Any, written: io.StringIO) -> None:
    assert ask().status_code == 400
    lines = written.getvalue().splitlines()
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert "exception" not in line
    assert len(line["event"]) <= logs.LONGEST
    assert "999.001.002-12" not in lines[0]


def test_gunicorn_tells_nobodys_number() -> None:
    """It writes the whole address of a call that failed, in the settings of production as well."""
    configuration = logs.configure("INFO")
    (handler,) = configuration["loggers"]["gunicorn.error"]["handlers"]
    (name,) = configuration["handlers"][handler]["filters"]
    failed = ("Error handling request %s", ("GET /siops/?cpf=52998224725",))
    record = logging.LogRecord("gunicorn.error", logging.ERROR, "", 0, *failed, None)
    assert configuration["filters"][name]["()"]().filter(record)
    assert record.getMessage() == "Error handling request GET /siops/?cpf=***"


@pytest.mark.parametrize("told", [None, "true"])
def test_the_browsers_list_is_asked_for_only_where_told(told: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x" * 60)
    monkeypatch.setenv("ALLOWED_HOSTS", "ensaio.example")
    if told:
        monkeypatch.setenv("HSTS_PRELOAD", told)
    found = runpy.run_path(str(BASE_DIR / "config" / "settings" / "production.py"))
    assert found["SECURE_HSTS_SECONDS"] > 0
    assert found["SECURE_HSTS_PRELOAD"] is found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is (told is not None)
