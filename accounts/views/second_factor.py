"""The second factor of the team: the rest of its sign-in, and its reset by an administrator."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.second_factor import CodeForm, FirstCodeForm
from accounts.middleware import door_page
from accounts.models import User
from accounts.permissions import Permission
from accounts.services import second_factor as service
from accounts.session import keep_factor
from common import permissions, vault
from common.actor import ActorRequest
from common.attempts import attempt
from common.navigation import home_url, next_url, with_next
from common.permissions import staff_page

# Session key of the secret that is being enrolled, sealed.
PENDING = "second_factor_pending"


@door_page
@staff_page
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: ActorRequest) -> HttpResponse:
    """«Segundo fator»: at each entry, and again before what asks it anew."""
    user, after = request.user, next_url(request)
    if not isinstance(user, User) or user.kind != User.Kind.STAFF:
        return redirect(home_url(request))
    if service.factor_of(user) is None:
        return redirect(with_next("accounts:second_factor_enrol", after))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            service.prove(user_id=user.pk, code=form.cleaned_data["code"], at=request.at)
            keep_factor(request, request.real_at)
            return redirect(after or home_url(request))
    shown = service.shown_in_demo(user, at=request.at)
    if shown is not None and not form.is_bound:
        form.initial["code"] = shown.code
    return render(request, "accounts/second_factor.html", {"form": form, "next": after, "shown": shown})


@door_page
@staff_page
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_enrol(request: ActorRequest) -> HttpResponse:
    """The first entry: the QR code, the first code, and then ten recovery codes, shown once."""
    user, after = request.user, next_url(request)
    if not isinstance(user, User) or user.kind != User.Kind.STAFF:
        return redirect(home_url(request))
    if service.factor_of(user) is not None:
        return redirect(with_next("accounts:second_factor", after))
    secret = _pending(request, user)
    form = FirstCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            codes = service.enrol(user_id=user.pk, secret=secret, code=form.cleaned_data["code"], at=request.at)
            del request.session[PENDING]
            keep_factor(request, request.real_at)
            told = {"codes": codes, "after": after or home_url(request)}
            return render(request, "accounts/second_factor_codes.html", told)
    shown = service.shown_in_demo(user, at=request.at)
    if shown is not None and not form.is_bound:
        form.initial["code"] = shown.code
    address = service.address_of(user, secret)
    context = {
        "form": form,
        "next": after,
        "secret": service.in_base32(secret),
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=5),
    }
    return render(request, "accounts/second_factor_enrol.html", context)


@staff_page
@never_cache
@require_safe
def team(request: ActorRequest) -> HttpResponse:
    """«Equipe»: who has a second factor; for who may let somebody enrol another, «Zerar»."""
    permissions.require(request.actor, Permission.READ_TEAM)
    may_reset = request.actor.has_perm(Permission.RESET_SECOND_FACTOR)
    return render(request, "accounts/team.html", {"team": service.team_of(request.actor), "may_reset": may_reset})


@staff_page
@never_cache
@require_POST
def second_factor_reset(request: ActorRequest, pk: int) -> HttpResponse:
    """«Zerar»: at the next entry the person enrols another authenticator."""
    permissions.require(request.actor, Permission.RESET_SECOND_FACTOR)
    person = get_object_or_404(service.team_of(request.actor), pk=pk)
    with attempt(request):
        service.reset_second_factor(user_id=person.pk, by=request.actor, at=request.at)
        messages.success(request, f"{person} cadastra outro segundo fator na próxima entrada.")
    return redirect("accounts:team")


def _pending(request: ActorRequest, user: User) -> bytes:
    """The secret of this enrolment, the same until its first code is right."""
    if PENDING not in request.session:
        request.session[PENDING] = vault.seal(service.new_secret(user)).decode()
    return vault.unseal(request.session[PENDING].encode())
