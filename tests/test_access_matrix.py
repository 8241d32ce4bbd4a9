"""Every route × every role is decided here, by a literal table; a route that is not listed fails.

Statuses are those of a request straight to the server, not of a button. `to` a POST is sent empty: 200 or 422 shows a
form again, 302 leads on, 403 refuses, 404 hides, 405 has no such method, 409 is a wrong state.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Membership
from common.models import OutboxMessage
from pki import services as pki
from rnds.services.terms import ensure_terms_text
from tests import factories
from tests.clock import now
from tests.factories import certificates, siops
from tests.factories.credentials import make_credential, make_draft, make_token
from tests.in_room import below

Role = Membership.Role
# The list of rooms is in a database of its own.
pytestmark = pytest.mark.django_db(databases=["default", "control"])

ROLES = ("anon", "fund", "ab", "prog", "tech", "pecm", "peci", "other", "nobody", "staff", "admin", "saps")

# fmt: off
TABLE: dict[tuple[str, str], tuple[int, ...]] = {
    # route, method                             anon fund ab   prog tech pecm peci other nobody staff admin saps
    ("common:home", "GET"):                    (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:sign_in", "GET"):               (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:sign_in_organisation", "GET"):  (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:sign_in_organisation", "POST"): (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:continue_as", "POST"):          (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("accounts:sign_in_govbr", "GET"):         (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:sign_in_govbr", "POST"):        (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:sign_out", "POST"):             (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:outbox", "GET"):                (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("accounts:outbox_message", "GET"):        (302, 404, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404),
    ("egestor:home", "GET"):                   (302, 200, 200, 200, 200, 200, 200, 200, 200, 302, 302, 302),
    ("egestor:token_create", "GET"):           (302, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("egestor:token_create", "POST"):          (302, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("egestor:token_responsible", "POST"):     (302, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("egestor:token_list", "GET"):             (302, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("egestor:token_cancel", "GET"):           (302, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("egestor:token_cancel", "POST"):          (302, 302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("egestor:ab_manager", "GET"):             (302, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("egestor:ab_manager", "POST"):            (302, 200, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("egestor:membership_list", "GET"):        (302, 302, 200, 200, 403, 403, 403, 200, 403, 403, 403, 403),
    ("egestor:membership_create", "GET"):      (302, 403, 200, 200, 403, 403, 403, 200, 403, 403, 403, 403),
    ("egestor:membership_create", "POST"):     (302, 403, 200, 200, 403, 403, 403, 200, 403, 403, 403, 403),
    ("egestor:membership_person", "GET"):      (302, 403, 200, 200, 403, 403, 403, 404, 403, 403, 403, 403),
    ("egestor:membership_add", "GET"):         (302, 403, 200, 200, 403, 403, 403, 404, 403, 403, 403, 403),
    ("egestor:membership_add", "POST"):        (302, 403, 200, 200, 403, 403, 403, 404, 403, 403, 403, 403),
    ("egestor:membership_contact", "GET"):     (302, 403, 200, 200, 403, 403, 403, 404, 403, 403, 403, 403),
    ("egestor:membership_contact", "POST"):    (302, 403, 200, 200, 403, 403, 403, 404, 403, 403, 403, 403),
    ("egestor:membership_reactivate", "POST"): (302, 403, 302, 403, 403, 403, 403, 404, 404, 404, 403, 302),
    ("egestor:membership_exclude", "POST"):    (302, 403, 302, 403, 403, 403, 403, 404, 404, 404, 403, 302),
    ("rnds:pec_list", "GET"):                  (302, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403, 403),
    ("rnds:pec_certificates", "GET"):          (302, 403, 403, 403, 403, 200, 403, 404, 404, 403, 403, 404),
    ("rnds:pec_certificates", "POST"):         (302, 403, 403, 403, 403, 200, 403, 404, 404, 403, 403, 404),
    ("rnds:pec_disable", "POST"):              (302, 403, 403, 403, 403, 409, 403, 404, 404, 403, 403, 404),
    ("rnds:pec_test", "POST"):                 (302, 403, 403, 403, 403, 409, 403, 404, 404, 403, 403, 404),
    ("rnds:pec_keys", "GET"):                  (302, 403, 403, 403, 403, 403, 200, 404, 404, 403, 403, 404),
    ("rnds:pec_keys", "POST"):                 (302, 403, 403, 403, 403, 403, 200, 404, 404, 403, 403, 404),
    ("rnds:pec_rnds", "GET"):                  (302, 403, 403, 403, 403, 200, 200, 404, 404, 403, 403, 404),
    ("rnds:pec_key_remove", "POST"):           (302, 403, 403, 403, 403, 403, 302, 404, 404, 403, 403, 404),
    ("rnds:credential_list", "GET"):           (302, 403, 403, 200, 403, 403, 403, 200, 403, 200, 200, 403),
    ("rnds:credential_detail", "GET"):         (302, 403, 403, 200, 403, 403, 403, 404, 404, 200, 200, 404),
    ("rnds:credential_file", "POST"):          (302, 403, 403, 200, 403, 403, 403, 404, 404, 403, 403, 404),
    ("rnds:credential_terms", "GET"):          (302, 403, 403, 200, 403, 403, 403, 404, 404, 200, 200, 404),
    ("rnds:credential_terms_print", "GET"):    (302, 403, 403, 200, 403, 403, 403, 404, 404, 200, 200, 404),
    ("rnds:credential_revoke", "GET"):         (302, 403, 403, 200, 403, 403, 403, 404, 404, 200, 403, 404),
    ("rnds:credential_revoke", "POST"):        (302, 403, 403, 200, 403, 403, 403, 404, 404, 200, 403, 404),
    ("rnds:request_open", "GET"):              (302, 403, 403, 200, 403, 403, 403, 200, 403, 403, 403, 403),
    ("rnds:request_open", "POST"):             (302, 403, 403, 200, 403, 403, 403, 200, 403, 403, 403, 403),
    ("rnds:request_detail", "GET"):            (302, 403, 403, 302, 403, 403, 403, 404, 404, 200, 200, 404),
    ("rnds:request_terms", "GET"):             (302, 403, 403, 302, 403, 403, 403, 404, 404, 403, 403, 404),
    ("rnds:request_terms", "POST"):            (302, 403, 403, 302, 403, 403, 403, 404, 404, 403, 403, 404),
    ("rnds:request_withdraw", "GET"):          (302, 403, 403, 200, 403, 403, 403, 404, 404, 403, 403, 404),
    ("rnds:request_withdraw", "POST"):         (302, 403, 403, 302, 403, 403, 403, 404, 404, 403, 403, 404),
    ("rnds:request_resubmit", "POST"):         (302, 403, 403, 409, 403, 403, 403, 404, 404, 403, 403, 404),
    ("rnds:request_sample_certificate", "POST"): (302, 403, 403, 200, 403, 403, 403, 404, 404, 403, 403, 404),
    ("rnds:request_person", "POST"):           (302, 403, 403, 200, 403, 403, 403, 404, 404, 403, 403, 404),
    ("rnds:request_step", "GET"):              (302, 403, 403, 200, 403, 403, 403, 404, 404, 302, 302, 404),
    ("rnds:request_step", "POST"):             (302, 403, 403, 200, 403, 403, 403, 404, 404, 403, 403, 404),
    # The desks of the ministry.
    ("siops:attachment_download", "GET"):      (302, 404, 404, 404, 404, 404, 404, 404, 404, 404, 200, 404),
    ("siops:fund_update_queue", "GET"):        (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("siops:fund_update_check", "GET"):        (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("siops:fund_update_take", "POST"):        (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:fund_update_return", "GET"):       (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:fund_update_return", "POST"):      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:fund_update_approve", "POST"):     (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:ticket_queue", "GET"):             (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("siops:ticket_answer", "GET"):            (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("siops:ticket_answer", "POST"):           (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:ticket_release", "GET"):           (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:ticket_release", "POST"):          (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:letter_queue", "GET"):             (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("siops:letter_review", "GET"):            (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("siops:letter_approve", "POST"):          (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:letter_return", "POST"):           (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:election_list", "GET"):            (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("siops:election_sample", "GET"):          (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("siops:election_list", "POST"):           (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    # Nothing waits for confirmation: back to the form.
    ("siops:election_confirm", "GET"):         (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:election_confirm", "POST"):        (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    # Only the certifier; the administrator reads. Each desk by its own role is in tests/siops.
    ("siops:certifier_list", "GET"):           (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("siops:certifier_issue", "GET"):          (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
    ("siops:certifier_issue", "POST"):         (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403),
}
# fmt: on

# Screens of an entity: without a session of the SIOPS they lead everybody, the staff included, to its door.
# What they answer to each role that has one is in tests/siops/test_role_matrix.py.
BEHIND_THE_DOOR = {
    "siops:technician_entity": ("GET", "POST"),
    "siops:technician_home": ("GET",),
    "siops:manager_list": ("GET",),
    "siops:manager_history": ("GET",),
    "siops:manager_register": ("GET", "POST"),
    "siops:manager_confirm": ("POST",),
    "siops:manager_term": ("GET", "POST"),
    "siops:manager_end": ("GET", "POST"),
    "siops:technician_register": ("GET", "POST"),
    "siops:technician_contact": ("GET", "POST"),
    "siops:letter_list": ("GET",),
    "siops:letter_send": ("GET", "POST"),
    "siops:fund_update_list": ("GET",),
    "siops:fund_update_open": ("POST",),
    "siops:fund_update_detail": ("GET",),
    "siops:fund_update_edit": ("GET", "POST"),
    "siops:fund_update_attach": ("GET", "POST"),
    "siops:fund_update_send": ("POST",),
    "siops:fund_update_print": ("GET",),
    "siops:ticket_list": ("GET",),
    "siops:ticket_open": ("GET", "POST"),
    "siops:ticket_detail": ("GET",),
    "siops:ticket_solve": ("POST",),
    "siops:ticket_reopen": ("GET", "POST"),
}
DOOR = {(name, method) for name, methods in BEHIND_THE_DOOR.items() for method in methods}

# The same answer for everybody, signed in or not.
PUBLIC = {
    ("common:fidelity", "GET"): 200,
    ("common:glossary", "GET"): 200,
    ("common:robots", "GET"): 200,
    ("common:health", "GET"): 200,
    ("accounts:forgot_organisation", "GET"): 200,
    ("accounts:forgot_organisation", "POST"): 200,
    ("accounts:forgot_person", "GET"): 200,
    ("accounts:forgot_person", "POST"): 200,
    ("accounts:mailbox", "GET"): 200,
    ("accounts:password_link", "GET"): 302,
    # A link that was never made.
    ("accounts:access_link", "GET"): 403,
    ("accounts:access_link", "POST"): 403,
    ("accounts:password_set", "GET"): 200,
    ("accounts:password_set", "POST"): 200,
    ("siops:home", "GET"): 200,
    ("siops:checklist", "GET"): 200,
    ("siops:sample", "GET"): 200,
    # Followed by CPF and protocol; without them the etapas lead to asking for them.
    ("siops:certification_orientation", "GET"): 200,
    ("siops:certification_request", "GET"): 200,
    ("siops:certification_request", "POST"): 302,
    ("siops:certification_status", "GET"): 200,
    ("siops:certification_status", "POST"): 302,
    ("siops:certification_leave", "POST"): 302,
    ("siops:certification_schedule", "GET"): 302,
    ("siops:certification_schedule", "POST"): 302,
    ("siops:certification_cancel", "GET"): 302,
    ("siops:certification_cancel", "POST"): 302,
    ("siops:certification_file", "POST"): 302,
    ("siops:certification_activate", "GET"): 200,
    ("siops:sign_in", "GET"): 200,
    # No certificate came with the request.
    ("siops:sign_in_certificate", "GET"): 403,
    ("siops:sign_in_certificate", "POST"): 403,
    ("siops:sign_in_virtual", "GET"): 200,
    ("siops:sign_in_virtual", "POST"): 200,
    # Nobody has taken a token up.
    ("siops:sign_in_pin", "GET"): 302,
    ("siops:sign_in_pin", "POST"): 302,
    ("siops:sign_in_choose", "GET"): 302,
    ("siops:sign_in_choose", "POST"): 302,
    ("siops:sign_in_puk", "GET"): 200,
    ("siops:sign_in_puk", "POST"): 200,
    ("siops:technician_sign_in", "GET"): 200,
    ("siops:technician_sign_in", "POST"): 200,
    ("siops:technician_forgot", "GET"): 200,
    ("siops:technician_forgot", "POST"): 200,
    ("pki:authority_list", "GET"): 200,
    ("pki:bundle", "GET"): 200,
    ("pki:authority_der", "GET"): 200,
    ("pki:authority_pem", "GET"): 200,
    ("pki:revocation_list", "GET"): 200,
    ("pki:revocation_list_mirror", "GET"): 200,
    ("pki:responder", "POST"): 200,
    ("pki:responder_get", "GET"): 200,
    ("rnds:jwks", "GET"): 200,
    ("rnds:not_simulated", "GET"): 501,
    ("rnds:not_simulated", "POST"): 501,
    ("rnds:well_known_jwks", "GET"): 200,
    ("rnds:terms_verify", "GET"): 200,
}
# Rooms belong to a key and to no account; this one was never opened. Who may open one is in tests/rooms.
PUBLIC |= {
    ("rooms:choose", "GET"): 200,
    ("rooms:open", "GET"): 200,
    ("rooms:open", "POST"): 200,
    ("rooms:enter", "GET"): 404,
    ("rooms:enter", "POST"): 404,
    ("rooms:panel", "GET"): 404,
    ("rooms:give_key", "POST"): 404,
    ("rooms:clock", "GET"): 404,
    ("rooms:clock", "POST"): 404,
    ("rooms:stop_clock", "POST"): 422,
    ("rooms:run_clock", "POST"): 422,
    ("rooms:switches", "GET"): 404,
    ("rooms:switches", "POST"): 404,
    ("rooms:restore_switches", "POST"): 404,
    ("rooms:reset", "POST"): 422,
    ("rooms:close", "POST"): 422,
    ("rooms:api_rooms", "POST"): 422,
    ("rooms:api_room", "GET"): 404,
    ("rooms:api_reset", "POST"): 404,
    ("rooms:api_switches", "GET"): 404,
    ("rooms:api_switches", "POST"): 422,
}
# A call is its certificate's and no account's.
PUBLIC |= {("interop:own_exchange", "GET"): 404}
NEVER_OPENED = "zzzzz"
METHODS = ("GET", "POST")
PREFIXES = ("common", "accounts", "egestor", "rnds:pec", "rnds:credential", "rnds:request", "siops")


@pytest.fixture
def world(db: None) -> dict[str, Any]:
    """One entity with every role, its rows, and a manager of another entity."""
    at = now()
    pki.ensure_authorities(at=at)
    ensure_terms_text(at=at)
    entity, other = factories.make_entity(), factories.make_other_entity()
    fund = factories.make_organisation(entity)
    factories.make_organisation(other)
    prog = factories.make_manager(entity)
    installation = factories.make_installation(entity)
    draft = make_draft(prog, at=at)
    credential = make_credential(prog, at=at)
    users = {
        "fund": fund.user,
        "ab": factories.make_member(Role.AB_MANAGER, entity),
        "prog": prog,
        "tech": factories.make_member(Role.TECHNICAL_MANAGER, entity),
        "pecm": factories.make_member(Role.PEC_MUNICIPAL_ADMIN, entity),
        "peci": factories.make_member(Role.PEC_INSTALLATION_ADMIN, entity),
        "other": factories.make_manager(other),
        "nobody": factories.make_user(),
        "staff": factories.make_staff(),
        "admin": factories.make_administrator(),
        "saps": factories.make_staff("saps", staff_role="saps"),
    }
    message = OutboxMessage.objects.create(
        addressee=prog, to_email=prog.email, subject="Assunto", body="Texto", written_at=at
    )
    file = certificates.put_file(installation, b"qualquer", at=at)
    token = make_token(users["prog"], at=at)
    update = siops.make_fund_update(entity, status="sent", sent_at=at)
    ticket = siops.make_ticket(entity)
    attachment = siops.make_attachment(update)
    letter = siops.make_letter(entity)
    return {
        "users": users,
        "arguments": {
            "accounts:outbox_message": [message.pk],
            "accounts:password_link": ["0" * 32],
            "accounts:access_link": ["0" * 32],
            "egestor:token_cancel": [token.pk],
            "egestor:membership_person": [users["tech"].person.pk],
            "egestor:membership_add": [users["tech"].person.pk],
            "egestor:membership_contact": [users["tech"].person.pk],
            "egestor:membership_exclude": [users["pecm"].person.memberships.get().pk],
            "egestor:membership_reactivate": [users["pecm"].person.memberships.get().pk],
            "rnds:pec_certificates": [installation.pk],
            "rnds:pec_disable": [installation.pk],
            "rnds:pec_test": [installation.pk],
            "rnds:pec_keys": [installation.pk],
            "rnds:pec_rnds": [installation.pk],
            "rnds:pec_key_remove": [installation.pk, file.pk],
            "rnds:credential_detail": [credential.pk],
            "rnds:credential_file": [credential.pk],
            "rnds:credential_terms": [credential.pk],
            "rnds:credential_terms_print": [credential.pk],
            "rnds:credential_revoke": [credential.pk],
            "rnds:request_detail": [draft.pk],
            "rnds:request_terms": [draft.pk],
            "rnds:request_withdraw": [draft.pk],
            "rnds:request_resubmit": [draft.pk],
            "rnds:request_person": [draft.pk],
            "rnds:request_sample_certificate": [draft.pk],
            "rnds:request_step": [draft.pk, "estabelecimento"],
            "rnds:terms_verify": [credential.request.acceptance.verification_code],
            "siops:fund_update_detail": [update.pk],
            "siops:fund_update_edit": [update.pk],
            "siops:fund_update_attach": [update.pk],
            "siops:fund_update_send": [update.pk],
            "siops:fund_update_print": [update.pk],
            "siops:fund_update_check": [update.pk],
            "siops:fund_update_take": [update.pk],
            "siops:fund_update_return": [update.pk],
            "siops:fund_update_approve": [update.pk],
            "siops:manager_register": ["secretario"],
            "siops:manager_confirm": [1],
            "siops:manager_term": [1],
            "siops:manager_end": [1],
            "siops:technician_contact": [1],
            "siops:letter_review": [letter.pk],
            "siops:letter_approve": [letter.pk],
            "siops:letter_return": [letter.pk],
            "siops:ticket_detail": [ticket.pk],
            "siops:ticket_solve": [ticket.pk],
            "siops:ticket_reopen": [ticket.pk],
            "siops:ticket_answer": [ticket.pk],
            "siops:ticket_release": [ticket.pk],
            "siops:attachment_download": [attachment.pk],
            "siops:sample": ["documento-simulado.pdf"],
            "siops:certifier_issue": [1],
            **{
                name: [NEVER_OPENED]
                for name, _ in PUBLIC
                if name.startswith("rooms:") and name not in ("rooms:choose", "rooms:open", "rooms:api_rooms")
            },
            "interop:own_exchange": [uuid4()],
            "pki:authority_der": ["egestor"],
            "pki:authority_pem": ["egestor"],
            "pki:revocation_list": ["egestor"],
            "pki:revocation_list_mirror": ["egestor"],
            "pki:responder": ["egestor"],
            "pki:responder_get": ["egestor", "bm9uc2Vuc2U="],
        },
    }


def routes() -> Iterator[str]:
    """Names of every route of the house; the admin is judged by its own permissions and tests."""

    def walk(resolver: URLResolver, namespace: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                if entry.app_name != "admin":
                    yield from walk(entry, entry.namespace or namespace)
            elif isinstance(entry, URLPattern):
                yield f"{namespace}:{entry.name}"

    yield from walk(get_resolver(), "")


def test_every_route_is_decided() -> None:
    assert {name for name, _ in (*TABLE, *DOOR, *PUBLIC)} == set(routes())


def ask(world: dict[str, Any], role: str, name: str, method: str) -> int:
    """Status of the answer; whatever the request changed is undone."""
    client = Client(raise_request_exception=True)
    mark = transaction.savepoint()
    if role != "anon":
        user = get_user_model().objects.get(pk=world["users"][role].pk)
        client.force_login(user)
    address = reverse(name, args=world["arguments"].get(name, []))
    if name.startswith("rooms:"):
        # In no room, wherever one comes from.
        address = below(address)
    response: HttpResponse = getattr(client, method.lower())(address)
    transaction.savepoint_rollback(mark)
    return response.status_code


@pytest.mark.parametrize("app", PREFIXES)
def test_each_role_gets_its_answer(world: dict[str, Any], app: str) -> None:
    decided = {key: row for key, row in TABLE.items() if key[0].startswith(app)}
    answers = {key: tuple(ask(world, role, *key) for role in ROLES) for key in decided}
    assert answers == decided


def test_the_siops_leads_to_its_door_whoever_has_no_session_of_it(world: dict[str, Any]) -> None:
    answers = {key: {ask(world, role, *key) for role in ROLES} for key in DOOR}
    assert answers == {key: {302} for key in DOOR}


def test_the_apps_above_cover_the_table() -> None:
    assert all(name.startswith(PREFIXES) for name, _ in TABLE)


def test_public_pages_answer_everybody_alike(world: dict[str, Any]) -> None:
    answers = {key: {ask(world, role, *key) for role in ("anon", "fund", "staff")} for key in PUBLIC}
    assert answers == {key: {status} for key, status in PUBLIC.items()}


def test_a_method_that_is_not_listed_does_not_exist(world: dict[str, Any]) -> None:
    unlisted = {(name, method) for name in routes() for method in METHODS} - {*TABLE, *DOOR, *PUBLIC}
    answers = {(name, method): ask(world, "prog", name, method) for name, method in unlisted}
    assert {key: status for key, status in answers.items() if status != 405} == {}
