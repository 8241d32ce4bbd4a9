"""A Chromium of one's own, with certificates in its store (NSS), as a trainee imports them.

The browser itself does the TLS handshake, both ways: it trusts the listener because the simulated root is in the store,
and it signs with the imported key. Which certificate to present is answered beforehand in the profile, by the setting
that the policy AutoSelectCertificateForUrls writes; nothing outside the given folder is touched.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import BrowserContext, Playwright

from tests.browser import FLAGS, HEIGHT, TELEPHONE, executable
from tests.in_room import inside, let_in
from tests.live import LivePortal

NO_TOOLS = (
    "Faltam certutil e pk12util, que põem o certificado no navegador dos testes. No Debian e no Ubuntu: "
    "apt install libnss3-tools; no Fedora: dnf install nss-tools."
)


@dataclass(frozen=True)
class OwnBrowser:
    """Home folder of somebody who uses Chromium for one portal only."""

    home: Path
    portal: LivePortal

    def furnish(self) -> None:
        """Make the store, with the simulated roots, and the profile that presents a certificate without asking."""
        for tool in ("certutil", "pk12util"):
            if shutil.which(tool) is None:
                pytest.fail(NO_TOOLS)
        (self.home / ".pki/nssdb").mkdir(parents=True)
        self._run("certutil", "-N", "--empty-password")
        for number, root in enumerate(roots(self.portal.ca_bundle)):
            file = self.home / f"root-{number}.pem"
            file.write_bytes(root)
            self._run("certutil", "-A", "-n", f"root-{number}", "-t", "C,,", "-i", str(file))
        preferences = self.home / "profile/Default/Preferences"
        preferences.parent.mkdir(parents=True)
        preferences.write_text(json.dumps(answering_for(self.portal.tls_url.removesuffix(inside()))))

    def import_certificate(self, file: Path, password: str) -> None:
        """Put the key and the certificate of a .p12 in the store."""
        self._run("pk12util", "-i", str(file), "-W", password, "-K", "")

    def open(self, playwright: Playwright) -> BrowserContext:
        """The window of that home; nothing is told to accept what a browser does not."""
        chromium = executable()
        context = playwright.chromium.launch_persistent_context(
            self.home / "profile",
            executable_path=chromium,
            # The short-lived shell that Playwright prefers knows neither profile settings nor the store.
            channel=None if chromium else "chromium",
            args=FLAGS,
            env={**os.environ, "HOME": str(self.home)},
            base_url=self.portal.url,
            locale="pt-BR",
            viewport={"width": TELEPHONE, "height": HEIGHT},
        )
        let_in(context, self.portal.url)
        return context

    def _run(self, tool: str, *arguments: str) -> None:
        done = subprocess.run(
            [tool, *arguments, "-d", f"sql:{self.home / '.pki/nssdb'}"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def roots(bundle: Path) -> list[bytes]:
    """The authorities of the bundle that no other has signed, in PEM."""
    members = x509.load_pem_x509_certificates(bundle.read_bytes())
    return [member.public_bytes(Encoding.PEM) for member in members if member.issuer == member.subject]


def answering_for(origin: str) -> dict[str, object]:
    """Profile settings: for `origin`, any certificate that the server accepts."""
    answer = {f"{origin},*": {"setting": {"filters": [{}]}, "last_modified": "0"}}
    return {"profile": {"content_settings": {"exceptions": {"auto_select_certificate": answer}}}}
