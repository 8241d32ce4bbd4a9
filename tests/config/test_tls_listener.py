"""The mutual TLS listener with real sockets."""

import json
import socket
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.live import LivePortal


def test_portal_and_tls_answer(live_portal: LivePortal) -> None:
    page = requests.get(live_portal.url + "/healthz", timeout=10)
    assert page.json()["database"] == "ok"

    answer = requests.get(live_portal.tls_url + "/api/token", verify=str(live_portal.ca_bundle), timeout=10)
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
