"""One structured line per request: no query string, no CPF, CNS or key in it."""

import time
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog

from common.redaction import redact

log = structlog.get_logger("ensaio.access")


def logged(application: WSGIApplication) -> WSGIApplication:
    """Log each request of `application` once its answer has started."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = time.perf_counter()
        answer: dict[str, Any] = {}

        def remember(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            answer["status"] = int(status[:3])
            answer["request_id"] = next((v for k, v in headers if k == "X-Simulador-Request-Id"), "")
            return start_response(status, headers, *rest)

        try:
            return application(environ, remember)
        finally:
            log.info(
                "request",
                method=environ.get("REQUEST_METHOD"),
                path=redact(environ.get("PATH_INFO", "")),
                scheme=environ.get("wsgi.url_scheme"),
                client_certificate="SSL_CLIENT_CERT" in environ,
                ms=round((time.perf_counter() - begun) * 1000, 1),
                **answer,
            )

    return wrapped
