"""Every service that writes, found by its imports: keyword-only, one transaction, a lock, a permission, an audit event.

A service is a public function of a `services` module that an edge calls, or that acts for somebody (`by`); what only
other services of its app call is judged by whoever calls it. An exception is a name here, with its reason.
"""

import ast
from functools import cache

import pytest

from tests.architecture import calls
from tests.architecture.sources import ROOT

AUDIT = {"common.audit.record", "common.audit.record_each", "common.audit.record_batch"}

COSTLY = "the costly part is done between two short transactions, while nothing is locked"
IN_PARTS = "one transaction for each row or batch, so that an interrupted sweep loses nothing"
COUNTS = "the count is committed although the answer is a refusal"
STEP_BY_STEP = "each step is the service by which a person takes it"
CONTROL = "transactions of control, the database of the rooms, are opened by name"
STEP_BY_STEP = "each step is a service of its own, and what one has done stays when the next refuses"
NOT_ONE_TRANSACTION = {
    "accounts.services.passwords.set_password_by_link": COSTLY,
    "accounts.services.second_factor.enrol": COUNTS,
    "accounts.services.second_factor.prove": COUNTS,
    "cadsus.services.deadlines.record_lapses": IN_PARTS,
    "cadsus.services.deadlines.record_links": IN_PARTS,
    "cadsus.services.detection.detect": IN_PARTS,
    "cadsus.services.issuing.issue_report": COSTLY,
    "cadsus.services.issuing.issue_update_form": COSTLY,
    "documents.services.issuing.issue_edition": COSTLY,
    "declarations.services.homologating.homologate_declaration": COSTLY,
    "declarations.services.receipts.receipt_paper": COSTLY,
    "declarations.services.sending_files.open_ticket_with_file": COSTLY,
    "declarations.services.sending_files.receive_file": STEP_BY_STEP,
    "declarations.services.sending_files.transmit_file": COSTLY,
    "declarations.services.sending_files.transmit_newest": STEP_BY_STEP,
    "declarations.services.transmitting.transmit": COSTLY,
    "declarations.services.waiting.remind": IN_PARTS,
    "documents.services.issuing.issue_paper": COSTLY,
    "documents.services.issuing.register_paper": COSTLY,
    "documents.services.issuing.sign_for": COSTLY,
    "documents.services.log.export_log": "reads; places and checkpoint are made in short transactions of their own",
    "documents.services.log.sign_checkpoint": "signs, and writes one row",
    "egestor.services.expiry.record_code_expiries": IN_PARTS,
    "egestor.services.expiry.record_expiries": IN_PARTS,
    "gerencia.services.answers.answer_letter": STEP_BY_STEP,
    "gerencia.services.letters.receive_letter": COSTLY,
    "gerencia.services.letter_signing.sign_letter": COSTLY,
    "gerencia.services.letters.upload_letter": COSTLY,
    "declarations.services.findings_paper.findings_paper": COSTLY,
    "gerencia.services.enrolments.accept_terms": COSTLY,
    "gerencia.services.notes.sign_note": COSTLY,
    "gerencia.services.notes_paper.note_paper": COSTLY,
    "gerencia.services.terms_paper.issue_terms": COSTLY,
    "gerencia.services.terms_paper.terms_paper": COSTLY,
    "lots.services.running.work_slice": IN_PARTS,
    "lots.services.steering.keep_window": IN_PARTS,
    "pki.services.revocation.current_crl": "reads, and publishes in one transaction when the list is due",
    "pki.services.revocation.publish_due_crls": IN_PARTS,
    "rnds.services.access.sign_access_token": "signs; only the first call of all makes the key, in one transaction",
    "rnds.services.citizens.search_citizen": "calls the network between two short transactions",
    "rnds.services.connection.test_connection": "calls the network between two short transactions",
    "rnds.services.credentialing.revoke": "finds the number for the one service that acts",
    "rnds.services.credentials.acceptance.accept_terms": COSTLY,
    "rnds.services.credentials.expiry.warn_of_expiry": IN_PARTS,
    "rnds.services.credentials.review.approve_request": COSTLY,
    "rnds.services.messages.send_again": "the door answers after the transaction, with nothing locked",
    "rnds.services.pec.enable_certificate": COSTLY,
    "rnds.services.pec.erase_unopened_files": IN_PARTS,
    "rnds.services.requests.certificate.save_certificate": COSTLY,
    "rnds.services.requests.lifecycle.discard_overtaken": IN_PARTS,
    "rnds.services.terms.render_terms": "reads; only the first call of all writes the text, in one transaction",
    "rnds.services.terms_paper.issue_terms": COSTLY,
    "rnds.services.terms_paper.terms_paper": COSTLY,
    "rooms.services.check_pin": COUNTS,
    "rooms.services.close_expired": CONTROL,
    "rooms.services.close_room": CONTROL,
    "rooms.services.ensure_open_room": CONTROL,
    "rooms.services.open_room": CONTROL,
    "rooms.services.reset_open_room": CONTROL,
    "rooms.services.reset_room": CONTROL,
    "siops.services.answers.answer_certification": STEP_BY_STEP,
    "siops.services.answers.answer_letter": STEP_BY_STEP,
    "siops.services.answers.answer_update": STEP_BY_STEP,
    "siops.services.attachments.attach": COSTLY,
    "siops.services.certificate_notices.warn_of_expiry": IN_PARTS,
    "siops.services.certification_issue.issue_certification": COSTLY,
    "siops.services.ends_of_term.tell_ends_of_term": IN_PARTS,
    "siops.services.letters.send_letter": COSTLY,
    "siops.services.annex.sign_annex": COSTLY,
    "siops.services.protocol_paper.issue_protocol": COSTLY,
    "siops.services.sign_in.open_virtual_token": COUNTS,
    "siops.services.sign_in.unblock": COUNTS,
    "siops.services.tickets.open_ticket": COSTLY,
    "siops.services.tickets.reopen_ticket": COSTLY,
}

NEW_ROWS = "writes only rows of its own, which nobody else can reach yet"
ONE_STATEMENT = "one statement, which waits for the rows by itself"
ONCE = "a unique key of the database lets it happen once"
IN_THE_STATEMENT = "the statement that takes a copy locks it, and another passes it by"
NOTHING_LOCKED = {
    "accounts.services.access_links.make_access_link": NEW_ROWS,
    "accounts.services.memberships.renew_accesses": ONE_STATEMENT,
    "accounts.services.passwords.send_person_instructions": NEW_ROWS,
    "accounts.services.sign_in.record_password_sign_in": NEW_ROWS,
    "accounts.services.sign_in.record_sign_out": NEW_ROWS,
    "accounts.services.staff.open_staff_account": ONCE,
    "cadsus.services.continuations.keep": ONCE,
    "cadsus.services.people.consult_people": "reads; only the trail is written",
    "cadsus.services.places.search_national": NEW_ROWS,
    "declarations.services.calendar.keep_calendar": ONCE,
    "documents.services.revisions.keep_revision": ONCE,
    "egestor.services.expiry.record_code_expiries": ONE_STATEMENT,
    "egestor.services.expiry.record_expiries": ONE_STATEMENT,
    "gerencia.services.catalogue.ensure_offers": ONCE,
    "pki.services.certificates.issue_certificate": NEW_ROWS,
    "pki.services.imports.keep_pkcs12": NEW_ROWS,
    "pki.services.media.create_medium": ONCE,
    "rnds.services.credentials.expiry.warn_of_expiry": ONCE,
    "rnds.services.terms.ensure_terms_text": ONCE,
    "rnds.services.terms.render_terms": ONCE,
    "rooms.services.ensure_open_room": IN_THE_STATEMENT,
    "rooms.services.open_room": IN_THE_STATEMENT,
    "sanctions.services.reminders.remind": ONCE,
    "siops.services.attachments.give_attachment": NEW_ROWS,
    "siops.services.council_access.send_links": NEW_ROWS,
    "siops.services.certificate_notices.warn_of_expiry": ONCE,
    "territory.services.load_reference_data": "the command that loads a world before anybody is in it",
}

SWEEP = "a routine of the house: time alone decides"
COMMAND = "only the command line of the machine reaches it"
DOOR = "a door: who enters has no account yet, and proves it here"
PROTOCOL = "the CPF and the protocol are the proof: who asks has no way in yet"
SECRET = "the secret of the link, or the key of the room, is the proof"
CALLER = "knows no roles: whoever calls it has asked"
DONE = "the paper of an act that was done; who downloads it is asked"
NOBODY_ASKED = {
    "accounts.services.access_links.enter_by_link": SECRET,
    "accounts.services.access_links.make_access_link": COMMAND,
    "accounts.services.memberships.inactivate_idle_memberships": SWEEP,
    "accounts.services.memberships.renew_accesses": SWEEP,
    "accounts.services.passwords.ask_recovery": DOOR,
    "accounts.services.passwords.send_organisation_recovery": DOOR,
    "accounts.services.passwords.send_person_instructions": DOOR,
    "accounts.services.passwords.set_password_by_link": SECRET,
    "accounts.services.second_factor.enrol": DOOR,
    "accounts.services.second_factor.erase_second_factor": COMMAND,
    "accounts.services.second_factor.prove": DOOR,
    "accounts.services.sign_in.record_failure": DOOR,
    "accounts.services.sign_in.record_password_sign_in": DOOR,
    "accounts.services.sign_in.record_sign_out": "everybody may leave",
    "accounts.services.sign_in.sign_in_person": DOOR,
    "accounts.services.staff.open_staff_account": COMMAND,
    "accounts.services.staff.renew_staff_account": COMMAND,
    "cadsus.services.deadlines.record_lapses": SWEEP,
    "cadsus.services.deadlines.record_links": SWEEP,
    "cadsus.services.detection.detect": SWEEP,
    "cadsus.services.links.name_municipal_it": COMMAND,
    "cadsus.services.sign_in.enter_sgop": DOOR,
    "cadsus.services.sign_in.enter_sgop_by_link": SECRET,
    "cadsus.services.sign_in.enter_sisrede": DOOR,
    "cadsus.services.sign_in.send_recovery": DOOR,
    "declarations.services.calendar.keep_calendar": SWEEP,
    "declarations.services.waiting.remind": SWEEP,
    "egestor.services.expiry.record_code_expiries": SWEEP,
    "egestor.services.expiry.record_expiries": SWEEP,
    "gerencia.services.catalogue.ensure_offers": SWEEP,
    "gerencia.services.terms_paper.issue_terms": DONE,
    "lots.services.running.work_slice": SWEEP,
    "lots.services.steering.keep_window": SWEEP,
    "rnds.services.access.sign_access_token": "a grant is what the judgement of the certificate gave",
    "rnds.services.credentials.expiry.warn_of_expiry": SWEEP,
    "rnds.services.pec.erase_unopened_files": SWEEP,
    "rnds.services.requests.lifecycle.discard_overtaken": SWEEP,
    "rnds.services.terms.ensure_terms_text": SWEEP,
    "rnds.services.terms_paper.issue_terms": DONE,
    "rnds.services.terms.render_terms": "shows a text to who may see the request",
    "sanctions.services.recording.record_sanctions": SWEEP,
    "sanctions.services.reminders.remind": SWEEP,
    "siops.services.attendants.assign_attendant": COMMAND,
    "siops.services.council_access.enter_by_link": SECRET,
    "siops.services.council_access.send_links": DOOR,
    "siops.services.certificate_notices.warn_of_expiry": SWEEP,
    "siops.services.certification.cancel_certification": PROTOCOL,
    "siops.services.certification.certification_file": PROTOCOL,
    "siops.services.certification.request_certification": PROTOCOL,
    "siops.services.certification.schedule_certification": PROTOCOL,
    "siops.services.ends_of_term.tell_ends_of_term": SWEEP,
    "siops.services.protocol_paper.issue_protocol": DONE,
    "siops.services.sign_in.enter": DOOR,
    "siops.services.sign_in.open_virtual_token": DOOR,
    "siops.services.sign_in.record_refused_certificate": DOOR,
    "siops.services.sign_in.unblock": DOOR,
    "siops.services.technician_access.send_recovery": DOOR,
    "siops.services.technician_access.sign_in_technician": DOOR,
}
NO_TARGET = "the permission is of the person alone, and asked before anything is looked for"
TWICE = "asked before the file is looked into, which is costly, and again under the lock"
BEFORE_THE_PIN = "asked before the PIN, and again under the lock"
ONLY_ADDED = "a paper is only added; nothing that the permission is of is written"
ASKED_BEFORE = {
    "cadsus.services.issuing.issue_report": ONLY_ADDED,
    "cadsus.services.issuing.issue_update_form": ONLY_ADDED,
    "declarations.services.homologating.homologate_declaration": BEFORE_THE_PIN,
    "declarations.services.receipts.receipt_paper": ONLY_ADDED,
    "declarations.services.sending_files.receive_file": TWICE,
    "declarations.services.transmitting.transmit": "asked before it is judged, and again under the lock",
    "documents.services.log.export_log": NO_TARGET,
    "declarations.services.findings_paper.findings_paper": ONLY_ADDED,
    "gerencia.services.notes_paper.note_paper": ONLY_ADDED,
    "gerencia.services.letters.receive_letter": TWICE,
    "gerencia.services.letter_signing.sign_letter": TWICE,
    "gerencia.services.letters.upload_letter": TWICE,
    "gerencia.services.terms_paper.terms_paper": ONLY_ADDED,
    "rnds.services.credentials.acceptance.accept_terms": BEFORE_THE_PIN,
    "rnds.services.requests.opening.open_request": NO_TARGET,
    "rnds.services.terms_paper.terms_paper": ONLY_ADDED,
    "siops.services.elections.load_election": NO_TARGET,
    "siops.services.annex.sign_annex": TWICE,
    "siops.services.letters.send_letter": TWICE,
    "siops.services.tickets.open_ticket": TWICE,
    "siops.services.tickets.reopen_ticket": TWICE,
}
# Whole apps below the roles, each with why.
ROLELESS = {"documents.": CALLER, "pki.": CALLER, "territory.": COMMAND, "rooms.": SECRET}

CALL = "what a system asks is in the log of calls, and this is only what of the answer did not fit"
NOT_AUDITED = {
    "gerencia.services.catalogue.ensure_offers": "the offers of the house, the same for every world",
    "accounts.services.passwords.send_person_instructions": "what was asked for is on record; this only answers it",
    "cadsus.services.continuations.cancel": CALL,
    "cadsus.services.continuations.go_on": CALL,
    "cadsus.services.continuations.keep": CALL,
    "declarations.services.calendar.keep_calendar": "the calendar of the law, the same for every world",
    "declarations.services.waiting.remind": "a notice is on record as the e-mail that it is",
    "pki.services.revocation.current_crl": "a list says itself when it was made, and its number",
    "pki.services.revocation.publish_due_crls": "a list says itself when it was made, and its number",
    "rnds.services.credentials.expiry.warn_of_expiry": "a notice is on record as the e-mail that it is",
    "rnds.services.terms.ensure_terms_text": "the text of the house, the same for every world",
    "rnds.services.terms.render_terms": "the text of the house, the same for every world",
    "sanctions.services.reminders.remind": "a notice is on record as the e-mail that it is",
    "siops.services.certificate_notices.warn_of_expiry": "a notice is on record as the e-mail that it is",
    "territory.services.load_reference_data": "reference data, before anybody is in the world",
}
TRAILLESS = {"rooms.": "the trail is of a world, and a room stands outside of every world"}

# What looks like writing a row and is not.
WRITES_NO_ROW = {"siops.services.sample_papers.paper": "saves a canvas in memory"}


@cache
def services() -> dict[str, ast.FunctionDef]:
    """What is looked at, by its dotted name."""
    return {node: function for node, function in calls.writing_services() if node not in WRITES_NO_ROW}


def at_fault(faulty: set[str], excepted: set[str]) -> str:
    """What is neither as it should be nor excepted, and exceptions that nobody needs."""
    lines = [f"{name}: not as it should be" for name in sorted(faulty - excepted)]
    lines += [f"{name}: excepted for nothing" for name in sorted(excepted - faulty)]
    return "\n".join(lines)


def outside(apps: dict[str, str]) -> set[str]:
    return {node for node in services() if not node.startswith(tuple(apps))}


def test_every_kind_of_service_is_looked_at() -> None:
    """The eyes are open: in each app, with `by` and without, re-exported, and handed to another function."""
    assert len(services()) > 100
    acting = [node for node, function in services().items() if any(a.arg == "by" for a in function.args.kwonlyargs)]
    assert len(acting) > 55
    for app in ("accounts", "cadsus", "egestor", "pki", "rnds", "rooms", "siops", "territory"):
        assert any(node.startswith(f"{app}.") for node in services()), app


def test_names_are_followed_to_where_they_are_defined() -> None:
    assert calls.defined("pki.services.issue_certificate") == "pki.services.certificates.issue_certificate"
    assert calls.defined("django.db.transaction.atomic") == "django.db.transaction.atomic"
    asked = calls.reached("siops.services.managers.register_manager")
    # Handed to another function, in a helper of another module, and in a function with the name of many.
    assert {"siops.services.registry.find_named_person", "common.mail.write_each", "common.audit.record"} <= asked
    assert "siops.services.letters.send_letter" not in asked


def test_they_take_their_arguments_by_name() -> None:
    found = {node for node, function in services().items() if function.args.args or function.args.posonlyargs}
    assert not found


def test_they_are_one_transaction() -> None:
    found = {node for node in services() if not calls.is_atomic(node)}
    assert not at_fault(found, set(NOT_ONE_TRANSACTION))


def test_what_is_not_one_transaction_comes_to_some() -> None:
    assert not [node for node in NOT_ONE_TRANSACTION if not calls.comes_to_a_transaction(node)]


def test_they_lock() -> None:
    assert not at_fault({node for node in services() if not calls.locks(node)}, set(NOTHING_LOCKED))


def test_they_ask_permission() -> None:
    found = {node for node in outside(ROLELESS) if "common.permissions.require" not in calls.reached(node)}
    assert not at_fault(found, set(NOBODY_ASKED))


def test_they_lock_before_they_ask() -> None:
    """What the permission was asked of may otherwise be another row by the time it is written."""
    found = {node for node in services() if calls.asks_before_it_locks(node)}
    assert not at_fault(found, set(ASKED_BEFORE))


def test_whoever_acts_for_somebody_outside_of_pki_asks() -> None:
    acting = {node for node, function in services().items() if any(a.arg == "by" for a in function.args.kwonlyargs)}
    assert not acting & set(NOBODY_ASKED)


def test_they_leave_an_audit_event() -> None:
    found = {node for node in outside(TRAILLESS) if not AUDIT & calls.reached(node)}
    assert not at_fault(found, set(NOT_AUDITED))


@pytest.mark.parametrize("name", sorted(WRITES_NO_ROW))
def test_what_writes_no_row_exists(name: str) -> None:
    source, _ = calls.functions()[name]
    assert (ROOT / source.path).exists()
