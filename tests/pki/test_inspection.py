"""The checks C1 to C13 on an uploaded container, in order, with their messages, at each boundary instant."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from pki.authority import containers, defects, inspection, issuing, reading
from pki.authority.errors import InspectionRefused
from pki.authority.inspection import Inspection
from tests.authorities import other_keys
from tests.factories import NOON
from tests.pki.conftest import ORGANISATION, PERSON, PORTAL, SECRET, House, make_house

TICK = timedelta(microseconds=1)
NEVER: Callable[[str, str], datetime | None] = lambda slug, serial: None  # noqa: E731 -- a lookup that finds nothing


def container(issued: issuing.Issued, house: House, *, key: rsa.RSAPrivateKey | None, form: str = "moderno") -> bytes:
    return containers.write(
        issued.certificate,
        key=key,
        chain=(house.icp.certificate, *house.icp.chain),
        friendly_name="teste",
        password=SECRET,
        form=form,
    )


@pytest.fixture(scope="module")
def pfx(house: House, issued: issuing.Issued) -> bytes:
    return container(issued, house, key=issued.key)


def look(content: bytes, house: House, *, at: datetime = NOON, password: str = SECRET, **changes: object) -> Inspection:
    arguments: dict[str, object] = {"filename": "certificado.pfx", "store": house.store, "revoked_at": NEVER} | changes
    return inspection.inspect(content=content, password=password, at=at, **arguments)  # type: ignore[arg-type]  # shorthand


def refusal(content: bytes, house: House, **changes: object) -> InspectionRefused:
    with pytest.raises(InspectionRefused) as caught:
        look(content, house, **changes)  # type: ignore[arg-type]  # shorthand
    return caught.value


def defective(name: str, house: House) -> bytes:
    defect = defects.BY_NAME[name]
    made = defects.make(defect, holder=PERSON, issuer=house.icp, portal_url=PORTAL, at=NOON)
    key = made.key if defect.keeps_key else None
    return containers.write(
        made.certificate, key=key, chain=made.chain, friendly_name=name, password=SECRET, form="moderno"
    )


@pytest.mark.parametrize("form", ["moderno", "compativel"])
def test_a_good_container_passes(house: House, issued: issuing.Issued, form: str) -> None:
    found = look(container(issued, house, key=issued.key, form=form), house)
    assert found.facts == reading.facts_of(issued.certificate)
    assert (found.authority, found.form, found.warnings) == ("icp", form, ())
    assert found.chain == (house.icp.certificate, *house.icp.chain)
    assert found.key.public_key() == issued.certificate.public_key()


def test_a_legal_entity_with_alphanumeric_cnpj_passes(house: House) -> None:
    issued = issuing.issue(ORGANISATION, issuer=house.icp, portal_url=PORTAL, not_before=NOON)
    facts = look(container(issued, house, key=issued.key), house).facts
    assert (facts.holder_kind, facts.holder_document) == ("pj", "12ABC34501DE35")


def test_a_container_without_its_chain_still_passes(house: House, issued: issuing.Issued) -> None:
    content = containers.write(
        issued.certificate, key=issued.key, chain=(), friendly_name="x", password=SECRET, form="moderno"
    )
    assert look(content, house).authority == "icp"


@pytest.mark.parametrize("filename", ["certificado.cer", "certificado.pem", "certificado", "pfx", "a.pfx.exe", ""])
def test_c1_extension(pfx: bytes, house: House, filename: str) -> None:
    refused = refusal(pfx, house, filename=filename)
    assert (refused.check, refused.message) == ("C1", "Selecione um arquivo .pfx ou .p12 de até 100 KB.")


@pytest.mark.parametrize("filename", ["a.pfx", "A.PFX", "a.p12", "a.P12"])
def test_c1_accepts_both_extensions_in_any_case(pfx: bytes, house: House, filename: str) -> None:
    assert look(pfx, house, filename=filename)


@pytest.mark.parametrize("size", [0, 100 * 1024 + 1, 3 * 1024 * 1024])
def test_c1_size(house: House, size: int) -> None:
    assert refusal(b"\x30" * size, house).check == "C1"


def test_c1_lets_exactly_100_kilobytes_reach_the_next_check(house: House) -> None:
    assert refusal(b"\x30" * 100 * 1024, house).check == "C2"


def test_c3_wrong_password(pfx: bytes, house: House) -> None:
    refused = refusal(pfx, house, password=SECRET + "x")
    assert (refused.check, refused.message, refused.about) == ("C3", "Senha do certificado incorreta.", "password")


def test_c3_no_password_at_all(pfx: bytes, house: House) -> None:
    assert refusal(pfx, house, password="").check == "C3"


def test_c4_certificate_without_key(house: House, issued: issuing.Issued) -> None:
    refused = refusal(container(issued, house, key=None), house)
    assert (refused.check, refused.message) == ("C4", "O arquivo não contém a chave privada do certificado.")


def test_c5_boundaries(pfx: bytes, house: House, issued: issuing.Issued) -> None:
    start, end = issued.certificate.not_valid_before_utc, issued.certificate.not_valid_after_utc
    early, late = refusal(pfx, house, at=start - TICK), refusal(pfx, house, at=end)
    assert early.check == late.check == "C5"
    assert early.message == "Este certificado ainda não é válido; ele vale a partir de 23/11/2026."
    assert late.message == "Certificado expirado em 23/11/2027."
    assert refusal(pfx, house, at=end + TICK).check == "C5"
    for instant in (start, start + TICK, end - TICK):
        assert look(pfx, house, at=instant)


def test_c5_shows_the_brasilia_date(house: House) -> None:
    """02:59 UTC is still the day before in Brasília."""
    end = datetime(2027, 6, 8, 2, 59, tzinfo=UTC)
    issued = issuing.issue(PERSON, issuer=house.icp, portal_url=PORTAL, not_before=NOON, not_after=end)
    content = container(issued, house, key=issued.key)
    assert refusal(content, house, at=end).message == "Certificado expirado em 07/06/2027."
    assert look(content, house, at=datetime.fromisoformat("2027-06-07T23:58:59.999999-03:00"))
    assert refusal(content, house, at=datetime.fromisoformat("2027-06-07T23:59:00-03:00")).check == "C5"


@pytest.mark.parametrize(
    ("left", "warnings"),
    [
        (timedelta(days=30), ()),
        (timedelta(days=30) - TICK, ("Atenção: este certificado vence em 29 dias.",)),
        (timedelta(days=2), ("Atenção: este certificado vence em 2 dias.",)),
        (timedelta(days=1), ("Atenção: este certificado vence em 1 dia.",)),
        (timedelta(days=1) - TICK, ("Atenção: este certificado vence em menos de 1 dia.",)),
        (TICK, ("Atenção: este certificado vence em menos de 1 dia.",)),
    ],
)
def test_c6_warns_and_lets_pass(
    pfx: bytes, house: House, issued: issuing.Issued, left: timedelta, warnings: tuple[str, ...]
) -> None:
    assert look(pfx, house, at=issued.certificate.not_valid_after_utc - left).warnings == warnings


def test_c7_unknown_authority(pfx: bytes, house: House) -> None:
    refused = refusal(pfx, replace(house, issuers={}))
    assert (refused.check, refused.message) == (
        "C7",
        "Certificado não emitido por autoridade da ICP-Brasil (simulada).",
    )


def test_c7_same_names_with_other_keys(pfx: bytes) -> None:
    """An authority that only bears the name of ours signs nothing for us."""
    with other_keys():
        strangers = make_house()
    assert refusal(pfx, strangers).check == "C7"


def test_c8_revoked_shows_the_brasilia_date(pfx: bytes, house: House, issued: issuing.Issued) -> None:
    serial = reading.serial_of(issued.certificate)
    instant = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)

    def revoked_at(slug: str, number: str) -> datetime | None:
        return instant if (slug, number) == ("icp", serial) else None

    refused = refusal(pfx, house, revoked_at=revoked_at)
    assert (refused.check, refused.message) == ("C8", "Certificado revogado em 30/11/2026.")


def test_c8_revoked_superior(pfx: bytes, house: House) -> None:
    serial = reading.serial_of(house.icp.certificate)

    def revoked_at(slug: str, number: str) -> datetime | None:
        return NOON if (slug, number) == ("icp-raiz", serial) else None

    assert refusal(pfx, house, revoked_at=revoked_at).message == "Certificado revogado em 23/11/2026."


MESSAGES = {
    "C4": "O arquivo não contém a chave privada do certificado.",
    "C7": "Certificado não emitido por autoridade da ICP-Brasil (simulada).",
    "C9": "Certificado do tipo A3 não é aceito; utilize um certificado A1.",
    "C10": "O certificado não permite autenticação de cliente.",
    "C11": "CPF/CNPJ do certificado inconsistente.",
    "C13": "Algoritmo do certificado não permitido.",
    "REAL": "Este ambiente é um simulador. Não envie certificados reais.",
}


@pytest.mark.parametrize("name", [defect.name for defect in defects.CATALOGUE if defect.check in MESSAGES])
def test_each_defect_meets_its_message(house: House, name: str) -> None:
    refused = refusal(defective(name, house), house)
    assert refused.check == defects.BY_NAME[name].check
    assert refused.message == MESSAGES[refused.check]


@pytest.mark.parametrize("name", ["expirado", "ainda-nao-valido"])
def test_defects_of_validity(house: House, name: str) -> None:
    assert refusal(defective(name, house), house).check == "C5"


@pytest.mark.parametrize("name", ["acentos", "rg-antigo", "uma-lcr", "vence-logo"])
def test_harmless_defects_are_accepted(house: House, name: str) -> None:
    found = look(defective(name, house), house)
    assert found.facts.holder_document == PERSON.cpf
    assert bool(found.warnings) is (name == "vence-logo")


def test_c9_an_a3_issued_in_due_form(house: House) -> None:
    """Its key does not leave the medium; should it, the file is no A1."""
    made = issuing.issue(PERSON, issuer=house.icp, portal_url=PORTAL, not_before=NOON, kind="A3")
    found = refusal(container(made, house, key=made.key), house)
    assert (found.check, found.message) == ("C9", "Certificado do tipo A3 não é aceito; utilize um certificado A1.")


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("2.16.76.1.2.4.1", "Certificado do tipo A4 não é aceito; utilize um certificado A1."),
        ("2.16.76.1.2.101.1", "Certificado do tipo S1 não é aceito; utilize um certificado A1."),
        ("1.2.3.4", "Certificado sem política de certificado A1 não é aceito; utilize um certificado A1."),
        ("2.16.76.1.2.11.1", "Certificado sem política de certificado A1 não é aceito; utilize um certificado A1."),
    ],
)
def test_c9_other_policies(house: House, monkeypatch: pytest.MonkeyPatch, policy: str, message: str) -> None:
    other = replace(defects.BY_NAME["politica-a3"], alter=lambda plan: replace(plan, policy=policy))
    monkeypatch.setitem(defects.BY_NAME, "outra-politica", other)
    assert refusal(defective("outra-politica", house), house).message == message


def test_real_names_are_refused_before_key_validity_and_trust(house: House) -> None:
    """A real certificate must not be talked about any further, whatever else is wrong with it."""
    made = defects.make(defects.BY_NAME["emissor-real"], holder=PERSON, issuer=house.icp, portal_url=PORTAL, at=NOON)
    content = containers.write(
        made.certificate, key=None, chain=made.chain, friendly_name="x", password=SECRET, form="moderno"
    )
    assert refusal(content, house, at=NOON + timedelta(days=4000)).check == "REAL"


def test_a_real_name_in_the_chain_is_enough(house: House) -> None:
    stranger = defects.make(
        defects.BY_NAME["ac-desconhecida"], holder=PERSON, issuer=house.icp, portal_url=PORTAL, at=NOON
    )
    real = defects.make(defects.BY_NAME["emissor-real"], holder=PERSON, issuer=house.icp, portal_url=PORTAL, at=NOON)
    content = containers.write(
        stranger.certificate, key=stranger.key, chain=real.chain, friendly_name="x", password=SECRET, form="moderno"
    )
    assert refusal(content, house).check == "REAL"


def test_our_own_authorities_may_bear_the_bare_name() -> None:
    strict = make_house("ICP-Brasil")
    issued = issuing.issue(PERSON, issuer=strict.icp, portal_url=PORTAL, not_before=NOON)
    assert look(container(issued, strict, key=issued.key), strict).authority == "icp"


def test_c4_comes_before_validity_and_validity_before_trust(house: House, issued: issuing.Issued) -> None:
    late = NOON + timedelta(days=4000)
    without_key, with_key = (container(issued, house, key=key) for key in (None, issued.key))
    strangers = replace(house, issuers={})
    assert refusal(without_key, strangers, at=late).check == "C4"
    assert refusal(with_key, strangers, at=late).check == "C5"
    assert refusal(with_key, strangers).check == "C7"
