"""Who gets what in the PEC and the RNDS (letters in tests.matrix)."""

from typing import Any

from pki.models import Pkcs12File
from rnds.models import Credential, CredentialRequest, PecInstallation
from rnds.services.terms import ensure_terms_text
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
    ("request_open", "GET"):                              "D F F.FFF .F FFFFFF FF",
    ("request_open", "POST"):                             "D F F.FFF .F FFFFFF FF",
    ("request_detail", "GET"):                            "D F F>FFF NN .NNNNN ..",
    ("request_terms", "GET"):                             "D F F>FFF NN FNNNNN FF",
    ("request_terms", "POST"):                            "D F F>FFF NN FNNNNN FF",
    ("request_withdraw", "GET"):                          "D F F.FFF NN FNNNNN FF",
    ("request_withdraw", "POST"):                         "D F F>FFF NN FNNNNN FF",
    ("request_resubmit", "POST"):                         "D F FCFFF NN FNNNNN FF",
    ("request_sample_certificate", "POST"):               "D F F>FFF NN FNNNNN FF",
    ("request_person", "POST"):                           "D F F.FFF NN FNNNNN FF",
    ("request_step", "GET"):                              "D F F.FFF NN >NNNNN >>",
    ("request_step", "POST"):                             "D F F.FFF NN FNNNNN FF",
}
# fmt: on
PUBLIC = {
    ("jwks", "GET"): ".",
    ("not_simulated", "GET"): "S",
    ("not_simulated", "POST"): "S",
    ("well_known_jwks", "GET"): ".",
    ("terms_verify", "GET"): ".",
}


class TestAccess(AccessMatrix):
    app, routes, public = "rnds", ROUTES, PUBLIC
    tables = (Credential, CredentialRequest, PecInstallation, Pkcs12File)

    def arguments(self, house: House) -> dict[str, list[Any]]:
        ensure_terms_text(at=now())
        manager, installation = house.accounts["programme_manager"], make_installation(house.entity)
        file = put_file(installation, b"qualquer", at=now())
        draft, credential = make_draft(manager), make_credential(manager)

        def every(prefix: str, pk: int) -> dict[str, list[Any]]:
            return {name: [pk] for name, _ in ROUTES if name.startswith(prefix)}

        return {
            **every("pec_", installation.pk),
            **every("credential_", credential.pk),
            **every("request_", draft.pk),
            "pec_list": [],
            "credential_list": [],
            "request_open": [],
            "pec_key_remove": [installation.pk, file.pk],
            "request_step": [draft.pk, "estabelecimento"],
            "terms_verify": [credential.request.acceptance.verification_code],
        }
