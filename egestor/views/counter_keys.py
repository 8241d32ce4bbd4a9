"""«Gerador de contra-chave» of the Gestor Técnico: «Liberar Acesso» with the code, then the key of the PEC."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import Limit
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from egestor.forms.codes import AccessForm, CounterKeyForm
from egestor.models import InstallationCode
from egestor.permissions import Permission
from egestor.services.codes import find_code, generate_counter_key, require_usable

TRIES = Limit("egestor.installation_code", each=20, address=600, lasts=timedelta(minutes=10))
SHOWN = 10


@never_cache
@require_http_methods(["GET", "POST"])
def counter_key(request: ActorRequest) -> HttpResponse:
    """Both steps, and below them the contra-chaves that who is signed in generated. The code travels in the body."""
    permissions.require(request.actor, Permission.GENERATE_COUNTER_KEY)
    access = AccessForm(request.POST if request.method == "POST" else None)
    key: CounterKeyForm | None = None
    if access.is_bound and access.is_valid():
        with attempt(access):
            code = _usable(request, access.cleaned_data["code"])
            key = CounterKeyForm(request.POST if "gerar" in request.POST else None, initial=access.cleaned_data)
            if key.is_bound and key.is_valid() and _generate(request, code, key):
                return redirect("egestor:counter_key")
    codes = InstallationCode.objects.visible_to(request.actor).used_by(request.actor)[:SHOWN]
    return render(
        request, "egestor/counter_key.html", {"access": access, "form": key or access, "key": key, "codes": codes}
    )


def _usable(request: ActorRequest, value: str) -> InstallationCode:
    """The code, if it gives access. Wrong ones are counted, so that none is found by trying."""
    who = str(request.actor.account_id)
    TRIES.spend(request, who, at=request.real_at)
    code = find_code(value=value, entity_ids=request.actor.entities_in("egestor") or ())
    require_usable(code=code, by=request.actor, at=request.at)
    TRIES.give_back(request, who)
    return code


def _generate(request: ActorRequest, code: InstallationCode, form: CounterKeyForm) -> bool:
    with attempt(form):
        generate_counter_key(
            code_id=code.pk, installation_key=form.cleaned_data["installation_key"], by=request.actor, at=request.at
        )
        messages.success(request, "Contra-chave gerada. Digite-a na tela «Instalação» do PEC.")
        return True
    return False
