"""What ends by itself or by another's act tells its owner, its screens and its command: one literal table."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from common.house import due_kinds
from config import state_machines
from tests.architecture.sources import ROOT, texts


@dataclass(frozen=True)
class Told:
    """Where an end is told: words of a screen's template, a mail, the command if one makes or meets it.

    `mail` is a template of templates/emails, or the reason why none is written, in brackets.
    """

    screen: tuple[str, str]
    mail: str
    command: str = ""


IN_ADVANCE = "(the mail that brings the link says how long it lasts)"
IN_ADVANCE_24 = "(the mail that tells of the code says its 24 hours)"
OWN = "(the owner's own act, answered by its screen)"
DECLARATION = ("declarations/panel.html", "row.word")
PANEL = ("declarations/panel.html", "row.term")
CREDENTIAL = ("rnds/credential_detail.html", "superseded_by.full_name")
PEC = ("rnds/pec_certificates_enabled.html", "{{ trouble }}")
REQUEST = ("rnds/request_detail.html", "request_row.reason")
CERTIFICATION = ("siops/certification_status.html", "get_status_display")
MANAGER = ("siops/manager_history.html", "get_status_display")
TOKENS = ("egestor/token_list.html", "status.label")
CODES = ("egestor/code_list.html", "status.label")
PROFILES = ("egestor/membership_person.html", "status")
COMMAND = "rnds/management/commands/credential.py"
OWN_REQUESTS = ("cadsus/request_list.html", "get_status_display")
LOT = ("lots/lot_detail.html", "lot.get_status_display")
SANCTION = ("sanctions/cases.html", "case.row.get_status_display")
NOT_VALID_YET = "(nothing that it says was in force)"
OF_AN_ADESAO = ("gerencia/enrolment_detail.html", "letter.get_status_display")
OVERSIGHT = ("oversight/declaration_detail.html", "opinion.reason")
NO_MAIL_OF_A_LOT = "(who runs a lot watches its page; nobody's right ends)"

ENDS = {
    ("accounts.Membership", "inactivate"): Told(PROFILES, "membership_ended"),
    ("accounts.Membership", "exclude"): Told(PROFILES, "membership_ended"),
    ("cadsus.OperatorAccess", "approve"): Told(OWN_REQUESTS, "cadsus_request_approved"),
    ("cadsus.OperatorAccess", "deny"): Told(OWN_REQUESTS, "cadsus_request_denied"),
    ("cadsus.OperatorAccess", "cancel"): Told(OWN_REQUESTS, OWN),
    ("cadsus.OperatorAccess", "expire"): Told(OWN_REQUESTS, "cadsus_access_expired"),
    ("cadsus.OperatorAccess", "revoke"): Told(OWN_REQUESTS, "cadsus_request_revoked"),
    ("cadsus.OperatorAccess", "suspend"): Told(OWN_REQUESTS, "cadsus_access_suspended"),
    ("cadsus.Machine", "approve"): Told(OWN_REQUESTS, "cadsus_request_approved"),
    ("cadsus.Machine", "deny"): Told(OWN_REQUESTS, "cadsus_request_denied"),
    ("cadsus.Machine", "revoke"): Told(OWN_REQUESTS, "cadsus_request_revoked"),
    ("declarations.Declaration", "reject"): Told(DECLARATION, "siops_transmission_rejected"),
    ("declarations.Declaration", "homologate"): Told(DECLARATION, "declaration_homologated"),
    ("declarations.Declaration", "send_back"): Told(DECLARATION, "declaration_returned"),
    ("declarations.Declaration", "substitute"): Told(DECLARATION, "siops_transmission_received"),
    ("declarations.Declaration", "rectify"): Told(DECLARATION, "declaration_homologated"),
    ("egestor.DeploymentToken", "use"): Told(TOKENS, "credential_granted"),
    ("egestor.DeploymentToken", "cancel"): Told(TOKENS, "token_cancelled"),
    # Its last minute is said when it is generated, and a draft that it kept open ends by a mail of its own.
    ("egestor.DeploymentToken", "expire"): Told(TOKENS, "request_discarded"),
    ("egestor.InstallationCode", "use"): Told(CODES, OWN),
    ("egestor.InstallationCode", "cancel"): Told(CODES, "installation_code_cancelled"),
    ("egestor.InstallationCode", "expire"): Told(CODES, IN_ADVANCE_24),
    ("gerencia.Enrolment", "drop_letter"): Told(OF_AN_ADESAO, "gerencia_letter_decided"),
    ("gerencia.Enrolment", "confirm_letter"): Told(OF_AN_ADESAO, "gerencia_letter_decided"),
    ("gerencia.Enrolment", "withdraw"): Told(("gerencia/enrolment_detail.html", "enrolment.reason"), OWN),
    ("gerencia.Note", "cancel"): Told(("gerencia/note_detail.html", "note.reason"), NOT_VALID_YET),
    ("gerencia.OfficialLetter", "accept"): Told(OF_AN_ADESAO, "gerencia_letter_decided"),
    ("gerencia.OfficialLetter", "send_back"): Told(OF_AN_ADESAO, "gerencia_letter_decided"),
    ("lots.Lot", "cancel"): Told(LOT, OWN),
    ("lots.Lot", "pause"): Told(LOT, OWN),
    ("lots.Lot", "interrupt"): Told(LOT, NO_MAIL_OF_A_LOT),
    ("lots.Lot", "finish"): Told(LOT, NO_MAIL_OF_A_LOT),
    ("lots.Lot", "finish_with_pending"): Told(LOT, NO_MAIL_OF_A_LOT),
    ("oversight.Opinion", "approve"): Told(OVERSIGHT, "siops_opinion_published"),
    ("oversight.Opinion", "send_back"): Told(OVERSIGHT, "siops_opinion_returned"),
    ("pki.Certificate", "supersede"): Told(PEC, "credential_superseded", COMMAND),
    ("pki.Certificate", "revoke"): Told(PEC, "credential_revoked", COMMAND),
    ("pki.Medium", "block"): Told(("siops/pin.html", "is_blocked"), "siops_medium_blocked"),
    ("pki.Medium", "destroy"): Told(("siops/puk.html", "solicite outro certificado"), "siops_medium_destroyed"),
    ("rnds.Credential", "revoke"): Told(CREDENTIAL, "credential_superseded", COMMAND),
    ("rnds.CredentialRequest", "withdraw"): Told(REQUEST, OWN),
    ("rnds.CredentialRequest", "discard"): Told(REQUEST, "request_discarded"),
    ("rnds.CredentialRequest", "grant"): Told(("rnds/request_granted.html", "credential"), "credential_granted"),
    ("rnds.CredentialRequest", "reject"): Told(REQUEST, "credential_rejected"),
    ("rnds.CredentialRequest", "send_back"): Told(REQUEST, "credential_sent_back"),
    ("rnds.PecInstallation", "disable"): Told(("rnds/pec_certificates.html", "history"), OWN),
    ("rnds.PecInstallation", "lose_last_file"): Told(("rnds/pec_keys.html", "files"), OWN),
    ("sanctions.Omission", "report"): Told(
        SANCTION, "(the notification has said the day, and the suspension says itself)"
    ),
    ("sanctions.Omission", "void"): Told(SANCTION, "siops_omission_voided"),
    ("sanctions.Omission", "suspend"): Told(SANCTION, "siops_transfers_suspended"),
    ("sanctions.Omission", "restore"): Told(SANCTION, "siops_transfers_restored"),
    ("sanctions.Shortfall", "breach_again"): Told(SANCTION, "siops_minimum_breached"),
    ("sanctions.Shortfall", "condition"): Told(SANCTION, "siops_transfers_conditioned"),
    ("sanctions.Shortfall", "suspend"): Told(SANCTION, "siops_proof_missing"),
    ("sanctions.Shortfall", "regularize"): Told(SANCTION, "siops_minimum_regularized"),
    ("siops.CertificationRequest", "cancel"): Told(CERTIFICATION, "siops_certification_cancelled"),
    ("siops.CertificationRequest", "lapse"): Told(CERTIFICATION, "siops_certification_lapsed"),
    ("siops.FundUpdate", "send_back"): Told(("siops/fund_update_detail.html", "update.reason"), "siops_fund_returned"),
    ("siops.FundUpdate", "approve"): Told(("siops/fund_update_detail.html", "get_status"), "siops_fund_approved"),
    ("siops.HealthManager", "doubt"): Told(MANAGER, "siops_manager_to_confirm"),
    ("siops.HealthManager", "substitute"): Told(
        ("siops/election_confirm.html", "change.former"),
        "siops_manager_ended",
        "siops/management/commands/load_election.py",
    ),
    ("siops.HealthManager", "end"): Told(MANAGER, "siops_manager_ended"),
    ("siops.OfficialLetter", "approve"): Told(("siops/letter_list.html", "get_status"), "siops_letter_reviewed"),
    ("siops.OfficialLetter", "send_back"): Told(("siops/letter_list.html", "reason"), "siops_letter_reviewed"),
    ("tickets.SupportTicket", "answer"): Told(("siops/ticket_detail.html", "conversation"), "siops_ticket_answered"),
    ("siops.Technician", "substitute"): Told(MANAGER, "siops_technician_replaced"),
    ("siops.Technician", "lose_secretary"): Told(
        ("siops/technician_register.html", "get_status_display"), "siops_technician_to_register_again"
    ),
}
# What ends by its date alone: an app, a kind of due event, and where its end is told.
ENDS_BY_DATE = {
    ("accounts", "membership_inactivity"): Told(PROFILES, "membership_ended"),
    ("cadsus", "operator_access_lapse"): Told(OWN_REQUESTS, "cadsus_access_expired"),
    ("cadsus", "cadsus_back"): Told(
        ("rooms/_switches_summary.html", "room_switches"), "(who turned it off said until when)"
    ),
    ("cadsus", "lookups_back"): Told(("cadsus/lookup_pause.html", "pause.until"), "(M21 says until when)"),
    ("cadsus", "operator_link_change"): Told(OWN_REQUESTS, "cadsus_access_suspended"),
    ("egestor", "token_expiry"): Told(TOKENS, "request_discarded"),
    ("egestor", "code_expiry"): Told(CODES, IN_ADVANCE_24),
    ("rnds", "request_discard"): Told(REQUEST, "request_discarded"),
    ("lots", "lot_window"): Told(LOT, NO_MAIL_OF_A_LOT),
    ("declarations", "period_opening"): Told(PANEL, "(it begins)"),
    ("declarations", "period_deadline"): Told(PANEL, "(it ends nothing: the declaration is late)"),
    ("declarations", "homologation_reminder"): Told(("declarations/panel.html", "row.badge"), "declaration_waiting"),
    ("sanctions", "sanctions"): Told(SANCTION, "siops_omission_notified"),
    # A notice, of something that ends later.
    ("sanctions", "sanction_reminder"): Told(PANEL, "siops_deadline_near"),
    ("rnds", "credential_notice"): Told(CREDENTIAL, "credential_expiring"),
    ("siops", "manager_notice"): Told(("siops/certification_facts.html", "situation"), "siops_certificate_expiring"),
    ("siops", "end_of_term"): Told(("siops/manager_table.html", "in_office"), "siops_manager_ended"),
    ("accounts", "password_link_end"): Told(("accounts/password_dead.html", "não vale mais"), IN_ADVANCE),
    # A desk that answers by itself, by the services of people: what these end is told above.
    ("siops", "counter_answer"): Told(("siops/certification_status.html", "answers_at"), "siops_certification_issued"),
    ("siops", "fund_answer"): Told(("siops/fund_update_detail.html", "update.reason"), "siops_fund_returned"),
    ("siops", "letter_answer"): Told(("siops/letter_list.html", "reason"), "siops_letter_reviewed"),
    ("gerencia", "enrolment_answer"): Told(OF_AN_ADESAO, "gerencia_letter_decided"),
    ("tickets", "ticket_answer"): Told(("tickets/status.html", "ATRASADO"), "(it ends nothing: the answer is late)"),
}
# Asked at each use, with nothing to record.
ONLY_ASKED = {"cadsus_back", "lookups_back", "password_link_end", "period_deadline", "ticket_answer"}
# Steps that take nothing from anybody.
GOES_ON = {
    "reactivate", "activate", "unblock", "complete", "return_to_form", "submit_for_review", "resubmit", "receive_file",
    "enable", "schedule", "issue", "send", "take", "confirm", "solve", "reopen", "enter_first", "ask", "resume",
    "postpone", "dismiss", "unify", "suspect_again", "undo",
    # A citizen of the SISRede, whose attendance says at the desk what is missing.
    "miss_number", "find_several_numbers", "miss_cpf", "diverge", "get_no_answer", "synchronize", "justify",
    "become_stale",
    # A lot of the night.
    "begin",
    # A declaration, while who fills it works.
    "edit", "find_blocking", "validate", "pack", "transmit",
    # A case of the sanctions: what settles it, and the deposits.
    "settle", "request_restoration",
    # An adesão.
    "start", "accept", "receive_letter", "register",
    # What Conselho and Tribunal say of a declaration: nothing ends by it.
    "approve_with_reservations", "disapprove",
}  # fmt: skip

ALL_ENDS = ENDS | ENDS_BY_DATE


def transitions() -> set[tuple[str, str]]:
    return {
        (model._meta.label, event)
        for model, field in state_machines.machines()
        for _, event, _ in state_machines.transitions(model, field)
    }


def test_every_transition_of_every_machine_ends_something_or_goes_on() -> None:
    undecided = {(model, event) for model, event in transitions() if event not in GOES_ON} - set(ENDS)
    assert not undecided
    assert set(ENDS) <= transitions()


def test_every_due_event_ends_something_and_records_it_or_is_asked_at_each_use() -> None:
    assert {name for _, name in ENDS_BY_DATE} == {kind.name for kind in due_kinds()}
    assert {kind.name for kind in due_kinds() if not (kind.next_due and kind.apply)} == ONLY_ASKED


@pytest.mark.parametrize("end", ALL_ENDS, ids=["-".join(end) for end in ALL_ENDS])
def test_an_end_is_told(end: tuple[str, str]) -> None:
    told = ALL_ENDS[end]
    template, words = told.screen
    assert words in (ROOT / "templates" / template).read_text()
    if not told.mail.startswith("("):
        assert (ROOT / "templates" / "emails" / f"{told.mail}.txt").exists()
        assert any(f'"{told.mail}"' in text for path, text in texts().items() if "/services/" in path)
    if told.command:
        assert (ROOT / told.command).exists()
