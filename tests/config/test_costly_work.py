"""No costly work while a row is locked or a transaction is open: each work, in every use case that does it.

docs/adr/0012-trabalho-caro.md lists the works with their bounds; the tests at the end hold the bounds to the list.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher
from django.db import connection as database

from accounts.services import passwords
from cadsus.services import papers as report_papers
from common import hashers, uploads
from common.uploads import archives
from config.paths import BASE_DIR
from declarations.spreadsheets import reading, xlsx_reader
from desk.services import trail
from documents import reader
from documents import signing as signing_of_papers
from documents.services import checking
from documents.services.issuing import Draft, issue_paper
from pki import services as pki
from pki.authority import containers, inspection, issuing
from pki.services import held_keys
from pki.services.seals import current_seal
from rnds.services import connection as pec_connection
from rnds.services import credentials, pec, terms, terms_pdf
from siops.services import attachments, election_file, letters, signing, tickets
from tests import factories
from tests.accounts.test_passwords import NEW, send
from tests.actors import acting, routine
from tests.documents.sheets import plain_pdf
from tests.factories import NOON, certificates, siops
from tests.factories import credentials as walk
from tests.siops import papers
from tests.siops.certification import Counter
from tests.siops.doors import PIN, make_medium
from tests.siops.managers_support import make_town
from tests.switches import Switch

pytestmark = pytest.mark.django_db(transaction=True)
Watch = Callable[[Any, str], list[bool]]


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Watch a costly function: whether a transaction was open, at each call."""

    def begin(home: Any, name: str) -> list[bool]:
        original, seen = getattr(home, name), []

        def watched(*args: Any, **kwargs: Any) -> Any:
            seen.append(database.in_atomic_block)
            return original(*args, **kwargs)

        monkeypatch.setattr(home, name, watched)
        return seen

    return begin


def test_opening_a_container_that_is_imported(watch: Watch) -> None:
    pki.ensure_authorities(at=NOON)
    draft = walk.make_draft()
    content = walk.make_own_pfx(draft.token.organisation.cnpj)
    seen = watch(containers, "open_container")
    walk.choose_certificate(draft, content=content)
    assert seen == [False]


def test_opening_the_container_of_the_pec(watch: Watch) -> None:
    """«Habilitar», and «Testar conexão» of what was enabled; the call itself finds nobody here."""
    at = NOON
    pfx = certificates.make_pfx(at=at)
    installation = factories.make_installation()
    credential = certificates.grant_credential(pfx, at=at, installation=installation)
    admin = factories.make_member("pec_municipal_admin", installation.entity)
    file = certificates.put_file(installation, pfx.content, at=at)
    seen = watch(containers, "open_container")
    pec.enable_certificate(
        installation_id=installation.pk,
        file_id=file.pk,
        password=certificates.PFX_PASSWORD,
        requester_id=credential.requester_id,
        serves_rnds=True,
        serves_cadsus=False,
        by=acting(admin),
        at=at,
    )
    pec_connection.test_connection(installation_id=installation.pk, by=acting(admin), at=at)
    assert seen == [False, False]


def test_making_the_key_of_a_credential(watch: Watch) -> None:
    pki.ensure_authorities(at=NOON)
    # Its own key is made with the first paper.
    current_seal(at=NOON)
    request = walk.make_awaiting_terms()
    seen = watch(issuing, "new_key")
    walk.accept(request)
    assert seen == [False]


def test_making_the_key_when_an_analyst_approves(watch: Watch, switch: Switch) -> None:
    switch(review_mode="analista")
    pki.ensure_authorities(at=NOON)
    # Its own key is made with the first paper.
    current_seal(at=NOON)
    request = walk.make_awaiting_terms()
    seen = watch(issuing, "new_key")
    walk.accept(request)
    credentials.approve_request(request_id=request.pk, by=acting(factories.make_staff()), at=NOON)
    assert seen == [False]


@pytest.mark.parametrize("kind", ["A1", "A3"])
def test_making_the_key_at_the_counter(kind: str, watch: Watch) -> None:
    pki.ensure_authorities(at=NOON)
    counter = Counter()
    row = counter.schedule(kind=kind)
    made, opened = watch(issuing, "new_key"), watch(containers, "open_container")
    counter.issue(row)
    assert (made, opened) == ([False], [])


def test_opening_the_key_of_a_person_and_signing_with_it(watch: Watch) -> None:
    person, entity = factories.make_person(), factories.make_entity()
    make_medium(person, at=NOON)
    opened, signed = watch(held_keys, "load_pem_private_key"), watch(signing_of_papers, "sign")
    signatory = signing.signatory_by_pin(name=person.name, role="Secretária", cpf=person.cpf_text, pin=PIN, at=NOON)
    draft = Draft("nota", "Nota de ensaio", entity, entity, "Assunto", plain_pdf())
    issue_paper(draft=draft, signatories=[signatory], by=routine(), at=NOON)
    assert (opened, signed) == ([False], [False])


def test_hashing_a_password(watch: Watch) -> None:
    secret = send(factories.make_organisation().user)
    seen = watch(passwords, "make_password")
    passwords.set_password_by_link(secret=secret, password=NEW, confirmation=NEW, at=NOON)
    assert seen == [False]


def test_looking_into_a_paper(watch: Watch) -> None:
    actor = siops.make_acting()
    update = siops.make_fund_update(actor.entity)
    kind = update.attachments.model.FOR_FUND_UPDATE[0]
    seen = watch(uploads, "inspect")
    attachments.attach(owner=update, kind=kind, filename="a.pdf", content=papers.pdf(), by=actor, at=NOON)
    assert seen == [False]


def test_looking_into_the_papers_of_a_letter(watch: Watch) -> None:
    head, person = make_town().as_head, factories.make_person()
    paper = ("papel.pdf", papers.pdf())
    seen = watch(uploads, "inspect")
    letters.send_letter(
        entity_id=head.entity_id,
        cpf=person.cpf_text,
        name=person.name,
        email="gabinete@prefeitura.example",
        phone="1132100101",
        position="Prefeito",
        starts_on=NOON.date(),
        files=dict.fromkeys(("letter", "minutes", "diploma"), paper),
        by=acting(head),
        at=NOON,
    )
    assert seen == [False, False, False]


def test_looking_into_the_archive_of_a_ticket(watch: Watch) -> None:
    actor = siops.make_acting()
    seen = watch(uploads, "inspect")
    given = {"subject": "Crítica", "rule_code": "", "text": "A crítica continua depois da correção."}
    ticket = tickets.open_ticket(
        entity_id=actor.entity_id, filename="a.zip", content=papers.zipped(), by=actor, at=NOON, **given
    )
    tickets.answer_ticket(ticket_id=ticket.pk, text=given["text"], by=acting(siops.make_coordinator()), at=NOON)
    archive = papers.zipped({"outro.txt": b"outro"})
    tickets.reopen_ticket(ticket_id=ticket.pk, text=given["text"], filename="b.zip", content=archive, by=actor, at=NOON)
    assert seen == [False, False]


# The bounds.


def test_argon2_takes_two_places_at_most(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["common.hashers.BoundedArgon2PasswordHasher"]
    free: list[int] = []

    def remember(*args: Any, **kwargs: Any) -> str:
        free.append(hashers._places._value)
        return "argon2$x"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", remember)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", remember)
    hasher = get_hasher("argon2")
    hasher.encode("uma senha", "sal-de-ensaio")
    hasher.verify("uma senha", "argon2$x")
    assert free == [hashers.MOST_AT_ONCE - 1] * 2
    assert hashers._places._value == hashers.MOST_AT_ONCE


def test_the_house_hashes_with_the_bound() -> None:
    from config.settings import base  # noqa: PLC0415 -- not the settings of the tests

    assert base.PASSWORD_HASHERS[0] == "common.hashers.BoundedArgon2PasswordHasher"


def test_the_longest_termo_is_a_few_pages(watch: Watch) -> None:
    pki.ensure_authorities(at=NOON)
    credential = walk.make_credential()
    acceptance = credential.request.acceptance
    content = terms_pdf.render(acceptance, url=terms.verification_url(acceptance))
    assert len(content) < 64 * 1024
    assert len(re.findall(rb"/Type /Page\b", content)) <= 6


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def test_the_adr_names_each_work_with_its_bound() -> None:
    """The document says the numbers that the code has."""
    text = (BASE_DIR / "docs" / "adr" / "0012-trabalho-caro.md").read_text()
    told = {
        "abrir PKCS#12": (
            f"{containers.PROCESSOR_SECONDS} s de processador, {containers.LONGEST_SECONDS:.0f} s de relógio"
        ),
        "ler PKCS#12": f"{inspection.MOST_BYTES // 1024} KB",
        "abrir a chave própria": "2.048 bits",
        "escrever PKCS#12": f"{grouped(containers.ROUNDS)} voltas",
        "argon2": f"{hashers.MOST_AT_ONCE} ao mesmo tempo",
        "gerar chave RSA": "uma por pedido",
        "PDF do termo": "6 páginas",
        "PDF de relatório": f"{grouped(report_papers.MOST_LINES)} linhas",
        "assinar um papel": "uma vez por papel",
        "conferir um PDF assinado": f"{checking.MOST_BYTES // 1024**2} MB, {reader.CPU_SECONDS} s de processador",
        "examinar PDF e ZIP": f"{attachments.MAX_BYTES // 1024**2} MB, {archives.MAX_UNPACKED // 1024**2} MB abertos",
        "ler planilha": (
            f"{reading.MOST_BYTES // 1024**2} MB, {xlsx_reader.MOST_SHEETS} abas de até "
            f"{grouped(xlsx_reader.MOST_ROWS)} linhas, {xlsx_reader.CPU_SECONDS} s de processador"
        ),
        "exportar CSV": f"a trilha até {grouped(trail.MOST)} linhas",
        "ler carga da eleição": f"{election_file.MAX_BYTES // 1024**2} MB",
    }
    rows = {work: line for line in text.splitlines() for work in re.findall(r"^\| ([^|]+) \|", line)}
    assert rows.keys() - {"trabalho"} == told.keys()
    for work, bound in told.items():
        assert bound in rows[work], work
