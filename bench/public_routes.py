"""The portal's routes and, before them, what two benches compare with, behind the same door: a minimal public page
(base template and three queries: e2), and a bare act (the PIN, the same bytes signed, one locked row: e1).
"""

import sys
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from common import clock
from common.actor import ActorRequest
from config.urls import handler403, handler404, handler500
from config.urls import urlpatterns as whole
from declarations.models import Declaration, Receipt, ReportingPeriod
from declarations.services import receipts
from documents import foot, signing, text
from documents.qr import QrCode
from documents.services import issuing, log
from pki import services as pki
from pki.authority.identities import SigningIdentity
from pki.authority.statements import sign_statement
from pki.models import Medium
from pki.services.held_keys import held_identity
from territory.models import Uf
from transparency import crowds

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
# Who measures asks for everything from one address.
crowds.MOST = sys.maxsize
PAGE = '{% extends "molds/page.html" %}{% block title %}Página mínima{% endblock title %}'


@login_not_required
def minimal(request: HttpRequest) -> HttpResponse:
    assert ReportingPeriod.objects.exists()
    assert Uf.objects.exists()
    assert Declaration.objects.exists()
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


def bare_act(request: ActorRequest, pk: int) -> HttpResponse:
    """What no homologation could do without."""
    medium = int(request.POST["medium"])
    assert pki.open_with_pin(medium_id=medium, pin=request.POST["pin"], at=request.at).is_accepted
    sample, name = _sample(), request.actor.name
    signature = sign_statement(sample.statement, _held(medium))
    body = text.render(sample.title, sample.lines, ending=[Spacer(0, 4 * mm), QrCode(sample.url)])
    sheet = foot.Foot(sample.title, "0004700001", "0A1B2C3D", "25000.000001/2026-00", sample.url, issuing._WORDS)
    content = signing.sign(
        foot.add_foot(body, sheet),
        identity=_held(medium),
        position=0,
        box=foot.stripe_box(0),
        stripe=foot.stripe(name=name, role="Secretário de Saúde", at=request.at, seal_words=""),
        name=name,
        location=sample.url,
        attached=sample.proof,
    )
    with transaction.atomic():
        row = Declaration.objects.select_for_update().get(pk=pk)
        row.percent = len(content) + len(signature)
        row.save(update_fields=["percent"])
    return HttpResponse("feito")


@dataclass(frozen=True)
class _Sample:
    """What a gestor declared, what the receipt of it says, and the proof that its paper brings."""

    statement: str
    title: str
    lines: tuple[str, ...]
    url: str
    proof: bytes


@cache
def _sample() -> _Sample:
    receipt = Receipt.objects.filter(kind=Receipt.Kind.HOMOLOGATION).earliest("pk")
    paper, url = receipts.paper_of(receipt), receipts.receipt_url(receipt)
    assert paper is not None
    proof = log.prove(entry_id=paper.entry.pk, at=clock.now()).as_text().encode()
    statement = receipt.declaration.homologation.statement
    return _Sample(statement, f"Recibo {receipt.number}", tuple(receipts._lines_of(receipt, url)), url, proof)


@cache
def _held(medium: int) -> SigningIdentity:
    return held_identity(medium=Medium.objects.select_related("certificate__authority").get(pk=medium))


urlpatterns = [
    path("siops/consulta/minima/", minimal),
    path("siops/ato-minimo/<int:pk>/", bare_act),
    *whole,
]
