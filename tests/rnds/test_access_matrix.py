"""Who gets what in the PEC and the RNDS (letters in tests.matrix)."""

from typing import Any
from uuid import uuid4

from interop.models import Exchange
from pki.models import Pkcs12File
from rnds.models import Credential, CredentialRequest, PecInstallation, SystemAccess
from rnds.services.systems import create_access
from rnds.services.terms import ensure_terms_text
from tests.actors import acting
from tests.clock import now
from tests.factories import make_installation
from tests.factories.certificates import put_file
from tests.factories.credentials import make_credential, make_draft
from tests.matrix import AccessMatrix, House

# fmt: off
#                                                         an f bgtmi on rsfpct ad
ROUTES = {
    ("pec_list", "GET"):                                  "D F FFF.. FF FFFFFF FF",
    ("pec_certificates", "GET"):                          "D F FFF.F NN FNNNNN FF",
    ("pec_certificates", "POST"):                         "D F FFF.F NN FNNNNN FF",
    ("pec_disable", "POST"):                              "D F FFFCF NN FNNNNN FF",
    ("pec_test", "POST"):                                 "D F FFFCF NN FNNNNN FF",
    ("pec_keys", "GET"):                                  "D F FFFF. NN FNNNNN FF",
    ("pec_keys", "POST"):                                 "D F FFFF. NN FNNNNN FF",
    ("pec_activation", "GET"):                            "D F FFFF. NN FNNNNN FF",
    ("pec_activation", "POST"):                           "D F FFFF. NN FNNNNN FF",
    ("pec_citizen", "GET"):                               "D F FFF.F NN FNNNNN FF",
    ("pec_citizen", "POST"):                              "D F FFFCF NN FNNNNN FF",
    ("pec_rnds", "GET"):                                  "D F FFF.. NN FNNNNN FF",
    ("pec_errors", "GET"):                                "D F FFF.. NN FNNNNN FF",
    ("pec_key_remove", "POST"):                           "D F FFFF> NN FNNNNN FF",
    ("credential_list", "GET"):                           "D F F.FFF .F .FFFFF ..",
    ("credential_detail", "GET"):                         "D F F.FFF NN .NNNNN ..",
    ("credential_file", "POST"):                          "D F F>FFF NN FNNNNN FF",
    ("credential_terms", "GET"):                          "D F F.FFF NN .NNNNN ..",
    ("credential_terms_print", "GET"):                    "D F F.FFF NN .NNNNN ..",
    ("credential_revoke", "GET"):                         "D F F.FFF NN .NNNNN FF",
    ("credential_revoke", "POST"):                        "D F F.FFF NN .NNNNN FF",
    ("message_list", "GET"):                              "D F F.FFF NN .NNNNN ..",
    ("message_detail", "GET"):                            "D F F.FFF NN .NNNNN ..",
    ("message_send_again", "POST"):                       "D F F>FFF NN FNNNNN FF",
    ("credential_systems", "GET"):                        "D F F.FFF NN FNNNNN FF",
    ("credential_systems", "POST"):                       "D F F.FFF NN FNNNNN FF",
    ("credential_system_revoke", "POST"):                 "D F F>FFF NN FNNNNN FF",
    ("request_open", "GET"):                              "D F F.FFF .F FFFFFF FF",
    ("request_open", "POST"):                             "D F F.FFF .F FFFFFF FF",
    ("request_detail", "GET"):                            "D F F>FFF NN .NNNNN ..",
    ("request_terms", "GET"):                             "D F F>FFF NN FNNNNN FF",
    ("request_terms", "POST"):                            "D F F>FFF NN FNNNNN FF",
    ("request_withdraw", "GET"):                          "D F F.FFF NN FNNNNN FF",
    ("request_withdraw", "POST"):                         "D F F>FFF NN FNNNNN FF",
    ("request_approve", "POST"):                          "D F FFFFF NN CNNNNN FF",
    ("request_send_back", "GET"):                         "D F FFFFF NN CNNNNN FF",
    ("request_send_back", "POST"):                        "D F FFFFF NN CNNNNN FF",
    ("request_reject", "GET"):                            "D F FFFFF NN CNNNNN FF",
    ("request_reject", "POST"):                           "D F FFFFF NN CNNNNN FF",
    ("request_resubmit", "POST"):                         "D F FCFFF NN FNNNNN FF",
    ("request_sample_certificate", "POST"):               "D F F>FFF NN FNNNNN FF",
    ("request_person", "POST"):                           "D F F.FFF NN FNNNNN FF",
    ("request_step", "GET"):                              "D F F.FFF NN >NNNNN >>",
    ("request_step", "POST"):                             "D F F.FFF NN FNNNNN FF",
}
# fmt: on
PUBLIC = {
    ("jwks", "GET"): ".",
    ("login_with_slash", "GET"): "S",
    ("login_with_slash", "POST"): "S",
    ("token_elsewhere", "GET"): "S",
    ("token_elsewhere", "POST"): "S",
    ("not_simulated", "GET"): "S",
    ("not_simulated", "POST"): "S",
    ("well_known_jwks", "GET"): ".",
    ("infographic", "GET"): ".",
    ("terms_verify", "GET"): ">",
}


class TestAccess(AccessMatrix):
    app, routes, public = "rnds", ROUTES, PUBLIC
    tables = (Credential, CredentialRequest, PecInstallation, Pkcs12File, SystemAccess)

    def arguments(self, house: House) -> dict[str, list[Any]]:
        ensure_terms_text(at=now())
        manager, installation = house.accounts["programme_manager"], make_installation(house.entity)
        file = put_file(installation, b"qualquer", at=now())
        draft, credential = make_draft(manager), make_credential(manager)
        access, _ = create_access(credential_id=credential.pk, username="sistema", by=acting(manager), at=now())

        def every(prefix: str, *numbers: Any) -> dict[str, list[Any]]:
            return {name: [*numbers] for name, _ in ROUTES if name.startswith(prefix)}

        return {
            **every("pec_", installation.pk),
            **every("credential_", credential.pk),
            **every("request_", draft.pk),
            **every("message_", credential.pk, _call_of(credential)),
            "message_list": [credential.pk],
            "pec_list": [],
            "credential_list": [],
            "request_open": [],
            "credential_system_revoke": [credential.pk, access.pk],
            "token_elsewhere": ["rnds"],
            "pec_key_remove": [installation.pk, file.pk],
            "request_step": [draft.pk, "estabelecimento"],
            "terms_verify": [credential.request.acceptance.verification_code],
        }


def _call_of(credential: Credential) -> str:
    """A call that its certificate made, of which only the line is kept."""
    line = Exchange.objects.create(
        request_id=str(uuid4()),
        fingerprint=credential.certificate.sha256,
        at=now(),
        real_at=now(),
        status=200,
        milliseconds=1.0,
    )
    return str(line.request_id)
