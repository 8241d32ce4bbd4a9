"""People at the running portal, each with a browser of their own, and what must be true whatever they do at once."""

import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import requests
from django.conf import settings
from django.test import Client

from accounts.models import User
from common.models import AuditEvent
from egestor.models import DeploymentToken
from pki.models import Certificate, Pkcs12File
from rnds.models import Credential, CredentialRequest, TermsAcceptance
from tests.attacks.pages import forms_of
from tests.in_room import cookie_name, entrance

Status = CredentialRequest.Status


class Browser:
    """A signed-in browser. Each one has its own session and its own connections."""

    def __init__(self, url: str, user: User) -> None:
        self.url = url
        client = Client()
        client.force_login(user)
        self.session = requests.Session()
        name = settings.SESSION_COOKIE_NAME
        self.session.cookies.update(entrance() | {cookie_name(name): client.cookies[name].value})

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.url + path, timeout=30, **options)

    def post(self, path: str, data: dict[str, str], **options: Any) -> requests.Response:
        """Post as the page's own form would, with the CSRF token of the browser."""
        headers = {"X-CSRFToken": self.session.cookies.get(cookie_name(settings.CSRF_COOKIE_NAME), "")}
        return self.session.post(self.url + path, data, headers=headers, timeout=30, **options)

    def read_terms(self, request: CredentialRequest) -> dict[str, str]:
        """Open the termo and tick «Aceito»; what «Confirmar e avançar» would send."""
        path = f"/rnds/solicitacao/{request.pk}/termo/"
        page = self.get(path)
        form = next(form for form in forms_of(page.text, path) if "shown_hash" in form.fields)
        return {"shown_hash": form.fields["shown_hash"][1], "accepted": "on", "confirmar": "1"}


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """The result of each work, all let go at the same moment."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        gate.wait(timeout=10)
        results[place] = work()

    threads = [threading.Thread(target=copy_context().run, args=(run, place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def assert_whole(request_id: int) -> CredentialRequest:
    """The credential of the request exists once or not at all, and everything around it agrees."""
    request = CredentialRequest.objects.select_related("token").get(pk=request_id)
    credentials = Credential.objects.filter(request=request)
    granted = request.status == Status.GRANTED
    assert credentials.count() == granted
    assert TermsAcceptance.objects.filter(request=request).count() == granted
    assert (request.token.status == DeploymentToken.Status.USED) is granted
    assert (request.token.used_at is not None) is granted
    events = AuditEvent.objects.filter(
        verb__in=("credential.granted", "terms.accepted", "token.used"),
        target_id__in=[str(request.pk), str(request.token_id), *map(str, credentials.values_list("pk", flat=True))],
    )
    mine = [event for event in events if (event.verb, event.target_id) in _targets(request, credentials)]
    assert len(mine) == (3 if granted else 0)
    assert_no_orphan_certificate()
    return request


def _targets(request: CredentialRequest, credentials: Any) -> set[tuple[str, str]]:
    granted = {("credential.granted", str(pk)) for pk in credentials.values_list("pk", flat=True)}
    return {("terms.accepted", str(request.pk)), ("token.used", str(request.token_id)), *granted}


def assert_no_orphan_certificate() -> None:
    """Every certificate in force but the seal of the house is of an active credential; no container is nobody's."""
    valid = set(Certificate.objects.filter(status=Certificate.Status.VALID, seal=None).values_list("pk", flat=True))
    assert valid == set(Credential.objects.active().values_list("certificate", flat=True))
    assert not Certificate.objects.filter(status=Certificate.Status.PENDING).exists()
    kept = set(Credential.objects.exclude(file=None).values_list("file", flat=True))
    assert set(Pkcs12File.objects.values_list("pk", flat=True)) == kept
