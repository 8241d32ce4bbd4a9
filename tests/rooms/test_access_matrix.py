"""Rooms belong to a key and to no account; this one was never opened (letters in tests.matrix).

Who may open one is in tests/rooms/test_access.py.
"""

from typing import Any

from tests.matrix import AccessMatrix, House

PUBLIC = {
    ("choose", "GET"): ".",
    ("open", "GET"): ".",
    ("open", "POST"): ".",
    ("enter", "GET"): "N",
    ("enter", "POST"): "N",
    ("panel", "GET"): "N",
    ("give_key", "POST"): "N",
    ("clock", "GET"): "N",
    ("clock", "POST"): "N",
    ("stop_clock", "POST"): "N",
    ("run_clock", "POST"): "N",
    ("switches", "GET"): "N",
    ("switches", "POST"): "N",
    ("restore_switches", "POST"): "N",
    ("reset", "POST"): "U",
    ("close", "POST"): "U",
    ("api_rooms", "POST"): "U",
    ("api_room", "GET"): "N",
    ("api_reset", "POST"): "N",
    ("api_switches", "GET"): "N",
    ("api_switches", "POST"): "U",
}


class TestAccess(AccessMatrix):
    app, public = "rooms", PUBLIC

    def arguments(self, house: House) -> dict[str, list[Any]]:
        of_no_room = ("choose", "open", "api_rooms")
        return {name: ["zzzzz"] for name, _ in PUBLIC if name not in of_no_room}
