"""The public keys that verify access tokens (JWKS), for whoever trusts the simulator."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from pki import services as pki


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
def published_keys(request: HttpRequest) -> JsonResponse:
    """Every signing key, newest first: older ones still verify tokens issued before the exchange."""
    return JsonResponse(pki.public_jwks(), headers={"Access-Control-Allow-Origin": "*"})
