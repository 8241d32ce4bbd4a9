"""The gateway for the doors that Django serves: scenario, limit, words of refusal and log, whatever the view."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from common.requests import VOICE
from interop import scenarios
from interop.calls import Call
from interop.doors import door_of


class GatewayMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = door_of(request.path_info)
        if door is None:
            return self.get_response(request)
        call = request.META[VOICE] = Call.begin(door, request.META)
        fault = call.early_end(request.META)
        response = call.write(fault).as_response() if fault else self.get_response(request)
        if call.scenario:
            response[scenarios.ANSWERED] = call.scenario
        call.end(response.status_code)
        return response
