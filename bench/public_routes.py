"""The portal's routes and, before them, a minimal public page: base template and three queries."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from config.urls import handler403, handler404, handler500
from config.urls import urlpatterns as whole
from declarations.models import Declaration, ReportingPeriod
from territory.models import Uf

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]
PAGE = '{% extends "molds/page.html" %}{% block title %}Página mínima{% endblock title %}'


@login_not_required
def minimal(request: HttpRequest) -> HttpResponse:
    assert ReportingPeriod.objects.exists()
    assert Uf.objects.exists()
    assert Declaration.objects.exists()
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


urlpatterns = [path("siops/consulta/minima/", minimal), *whole]
