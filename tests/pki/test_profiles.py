"""The A1 profile: names, field layouts, and a linter that refuses whatever departs from them."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pki.authority import issuing, layouts, linting, profiles, reading
from pki.authority.errors import AuthorityError, InvalidHolder, LintFailed
from pki.authority.holders import Holder, OrganisationHolder, PersonHolder, ascii_name, is_valid_document
from pki.authority.profiles import Plan
from tests.factories import NOON
from tests.pki.conftest import ORGANISATION, PERSON, PORTAL, House, make_house


def plan_of(house: House, holder: Holder = PERSON, kind: str = "A1", **changes: Any) -> Plan:
    plan = profiles.plan(
        holder,
        organisation=house.icp.organisation,
        authority_name=house.icp.name,
        policy_number=house.icp.policy_number,
        addresses=profiles.Addresses(PORTAL, "icp"),
        not_before=NOON,
        kind=kind,
    )
    return replace(plan, **changes)


def renamed(plan: Plan, common_name: str) -> tuple[tuple[Any, str], ...]:
    return (*plan.subject[:-1], (NameOID.COMMON_NAME, common_name))


class Unusable:
    """An authority key that must not be touched."""

    def sign(self, *_: Any) -> bytes:
        raise AssertionError("something was signed")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("João da Conceição", "JOAO DA CONCEICAO"),
        ("  D'Ávila   & Filhos – ME ", "D'AVILA & FILHOS - ME"),
        ("Ana\x00 Maria\u202e Souza", "ANA MARIA SOUZA"),
        ("Zoë\tÑandú", "ZOE NANDU"),
        ("José: 52998224725", "JOSE 52998224725"),
        ("名前", ""),
    ],
)
def test_names_become_plain_capitals(written: str, expected: str) -> None:
    assert ascii_name(written) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("52998224725", True),
        ("52998224724", False),
        ("11111111111", False),
        ("11222333000181", True),
        ("12ABC34501DE35", True),
        ("ZZ999000000104", True),
        ("12ABC34501DE36", False),
        ("12abc34501de35", False),
        ("00000000000000", False),
        ("", False),
        ("５２９９８２２４７２５", False),
        ("12ABC34501DEX5", False),
        ("123", False),
    ],
)
def test_documents(document: str, expected: bool) -> None:
    assert is_valid_document(document) is expected


def test_person_subject_and_fields(house: House) -> None:
    plan = plan_of(house)
    assert [value for _, value in plan.subject] == [
        "BR",
        "ICP-Brasil SIMULADA",
        "AC ICP-Brasil SIMULADA - SEM VALOR LEGAL",
        "11222333000181",
        "videoconferencia",
        "JOAO DA CONCEICAO NUNEZ:52998224725",
    ]
    assert plan.other_names == (
        ("2.16.76.1.3.1", "03021980" + "52998224725" + "12345678901" + "0" * 15),
        ("2.16.76.1.3.6", "0" * 12),
        ("2.16.76.1.3.5", "0" * 12 + "0" * 3 + "0" * 4),
    )


def test_person_with_every_number(house: House) -> None:
    holder = replace(
        PERSON,
        rg="123456789",
        rg_issuer="SSP/SP",
        cei="1234",
        voter_id="987654321012",
        voter_zone="1",
        voter_section="23",
        voter_city="São Paulo/SP",
    )
    assert plan_of(house, holder).other_names == (
        ("2.16.76.1.3.1", "03021980" + "52998224725" + "12345678901" + "000000123456789" + "SSP/SP"),
        ("2.16.76.1.3.6", "000000001234"),
        ("2.16.76.1.3.5", "987654321012" + "001" + "0023" + "SAO PAULO/SP"),
    )


def test_issuing_body_is_left_out_without_rg(house: House) -> None:
    plan = plan_of(house, replace(PERSON, rg="", rg_issuer="SSP/SP"))
    assert plan.other_names[0][1].endswith("0" * 15)


def test_organisation_fields_hold_an_alphanumeric_cnpj(house: House) -> None:
    plan = plan_of(house, ORGANISATION)
    assert plan.subject[-1][1] == "FUNDO MUNICIPAL DE SAUDE DE SAO PAULO:12ABC34501DE35"
    assert plan.other_names == (
        ("2.16.76.1.3.4", "03021980" + "52998224725" + "12345678901" + "0" * 15),
        ("2.16.76.1.3.2", "JOAO DA CONCEICAO NUNEZ"),
        ("2.16.76.1.3.3", "12ABC34501DE35"),
        ("2.16.76.1.3.7", "0" * 12),
    )


@pytest.mark.parametrize(("holder", "room"), [(PERSON, 52), (ORGANISATION, 49)])
def test_long_names_are_cut_to_64_positions(house: House, holder: Holder, room: int) -> None:
    long_name: Holder = replace(holder, name="A" * 200)
    common_name = plan_of(house, long_name).subject[-1][1]
    assert common_name == "A" * room + ":" + holder.document
    assert len(common_name) == 64


@pytest.mark.parametrize("name", ["", "名前", "\x00\u202e"])
def test_a_name_without_letters_is_refused(house: House, name: str) -> None:
    with pytest.raises(InvalidHolder, match="não tem letras"):
        plan_of(house, replace(PERSON, name=name))


def test_a_number_that_does_not_fit_is_refused(house: House) -> None:
    with pytest.raises(InvalidHolder, match="não cabem no leiaute"):
        plan_of(house, replace(PERSON, nis="123456789012"))


def test_usual_validity_is_365_days_of_whole_seconds(house: House) -> None:
    plan = profiles.plan(
        PERSON,
        organisation="O",
        authority_name="A",
        policy_number=1,
        addresses=profiles.Addresses(PORTAL, "icp"),
        not_before=NOON + timedelta(microseconds=999_999),
    )
    assert (plan.not_before, plan.not_after) == (NOON, NOON + timedelta(days=365))


def test_addresses_of_the_authority(house: House, issued: issuing.Issued) -> None:
    certificate = issued.certificate
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert [name.value for point in points for name in point.full_name or []] == [
        f"{PORTAL}/pki/lcr/icp.crl",
        f"{PORTAL}/pki/lcr-espelho/icp.crl",
    ]
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert [description.access_location.value for description in access] == [
        f"{PORTAL}/pki/ac/icp.cer",
        f"{PORTAL}/pki/ocsp/icp/",
    ]
    policy = next(iter(certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value))
    assert policy.policy_identifier.dotted_string == "2.16.76.1.2.1.9902"
    assert policy.policy_qualifiers == [f"{PORTAL}/pki/#dpc"]


def test_criticality_of_extensions(issued: issuing.Issued) -> None:
    critical = {type(extension.value) for extension in issued.certificate.extensions if extension.critical}
    assert critical == {x509.KeyUsage}


BROKEN: list[tuple[str, Any, str]] = [
    ("accents", lambda p: {"subject": renamed(p, "JOÃO:52998224725")}, "ASCII"),
    ("lower case", lambda p: {"subject": renamed(p, "joao:52998224725")}, "NOME:DOCUMENTO"),
    ("no document", lambda p: {"subject": renamed(p, "JOAO")}, "NOME:DOCUMENTO"),
    ("bad check digit", lambda p: {"subject": renamed(p, "JOAO:52998224724")}, "não é válido"),
    ("another's document", lambda p: {"subject": renamed(p, "JOAO:11144477735")}, "difere do nome alternativo"),
    ("a CNPJ in an e-CPF", lambda p: {"subject": renamed(p, "JOAO:11222333000181")}, "não é válido"),
    ("subject order", lambda p: {"subject": (p.subject[1], p.subject[0], *p.subject[2:])}, "não é C, O"),
    ("one unit less", lambda p: {"subject": p.subject[:2] + p.subject[3:]}, "não é C, O"),
    ("country", lambda p: {"subject": ((NameOID.COUNTRY_NAME, "US"), *p.subject[1:])}, "país não é BR"),
    (
        "organisation",
        lambda p: {"subject": (p.subject[0], (NameOID.ORGANIZATION_NAME, "ICP-Brasil"), *p.subject[2:])},
        "organização não é a da autoridade",
    ),
    ("field order", lambda p: {"other_names": p.other_names[::-1]}, "na ordem"),
    ("missing field", lambda p: {"other_names": p.other_names[:-1]}, "não são os do perfil"),
    (
        "short field",
        lambda p: {"other_names": (p.other_names[0], ("2.16.76.1.3.6", "0" * 11), p.other_names[2])},
        "2.16.76.1.3.6 tem comprimento errado",
    ),
    (
        "forbidden characters",
        lambda p: {"other_names": (p.other_names[0], ("2.16.76.1.3.6", "00000000-000"), p.other_names[2])},
        "proíbe",
    ),
    ("A3 policy", lambda p: {"policy": "2.16.76.1.2.3.1"}, "política de certificado não é a do perfil"),
    ("policy without number", lambda p: {"policy": "2.16.76.1.2.1"}, "política de certificado não é a do perfil"),
    ("practices", lambda p: {"practices_url": "ver no portal"}, "declaração de práticas"),
    ("one list only", lambda p: {"crl_urls": p.crl_urls[:1]}, "dois endereços de LCR"),
    ("the same list twice", lambda p: {"crl_urls": p.crl_urls[:1] * 2}, "dois endereços de LCR"),
    ("key usage", lambda p: {"key_usage": ("digital_signature",)}, "uso da chave não é o do perfil"),
    ("signs certificates", lambda p: {"key_usage": (*p.key_usage, "key_cert_sign")}, "uso da chave"),
    (
        "extended usage",
        lambda p: {"extended_key_usage": (ExtendedKeyUsageOID.EMAIL_PROTECTION,)},
        "uso estendido da chave não é o do perfil",
    ),
    ("two years", lambda p: {"not_after": p.not_before + timedelta(days=730)}, "passa da do e-CPF A1"),
    ("367 days", lambda p: {"not_after": p.not_before + timedelta(days=366, seconds=1)}, "passa da do e-CPF A1"),
    (
        "before the authority",
        lambda p: {"not_before": NOON - timedelta(days=900), "not_after": NOON - timedelta(days=600)},
        "não cabe na da autoridade",
    ),
    (
        "after the authority",
        lambda p: {"not_before": NOON + timedelta(days=3200), "not_after": NOON + timedelta(days=3500)},
        "não cabe na da autoridade",
    ),
]


@pytest.mark.parametrize(("changes", "problem"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_lint_refuses_and_nothing_is_signed(house: House, issued: issuing.Issued, changes: Any, problem: str) -> None:
    plan = plan_of(house)
    broken = replace(plan, **changes(plan))
    unusable = replace(house.icp, key=Unusable())  # type: ignore[arg-type]  # stands for a key that must not sign
    with pytest.raises(LintFailed, match=re.escape(problem)):
        issuing.certify(broken, request=issuing.make_request(issued.key, plan), issuer=unusable)


def test_lint_lets_366_days_pass(house: House, issued: issuing.Issued) -> None:
    plan = plan_of(house, not_after=NOON + timedelta(days=366))
    certificate = issuing.certify(plan, request=issuing.make_request(issued.key, plan), issuer=house.icp)
    assert certificate.not_valid_after_utc == NOON + timedelta(days=366)


@pytest.mark.parametrize(("over", "passes"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_lint_lets_five_years_of_an_a3_pass(
    house: House, issued: issuing.Issued, over: timedelta, passes: bool
) -> None:
    plan = plan_of(house, kind="A3", not_after=NOON + timedelta(days=1827) + over)
    request = issuing.make_request(issued.key, plan)
    if passes:
        assert issuing.certify(plan, request=request, issuer=house.icp).not_valid_after_utc == plan.not_after
    else:
        with pytest.raises(LintFailed, match="passa da do e-CPF A3"):
            issuing.certify(plan, request=request, issuer=house.icp)


def test_a_certificate_does_not_outlive_its_authority(house: House) -> None:
    end = house.icp.certificate.not_valid_after_utc
    for days, expected in ((1825, end), (1826, end - timedelta(days=1))):
        made = issuing.issue(
            PERSON, issuer=house.icp, portal_url=PORTAL, not_before=end - timedelta(days=days), kind="A3"
        )
        assert made.certificate.not_valid_after_utc == expected
    made = issuing.issue(PERSON, issuer=house.icp, portal_url=PORTAL, not_before=end - timedelta(days=900), kind="A3")
    assert made.certificate.not_valid_after_utc == end


def test_each_kind_has_its_policy_and_only_that(house: House, issued: issuing.Issued) -> None:
    for kind, other in (("A1", "3"), ("A3", "1")):
        plan = replace(plan_of(house, kind=kind), policy=f"2.16.76.1.2.{other}.9902")
        with pytest.raises(LintFailed, match="política de certificado não é a do perfil"):
            issuing.certify(plan, request=issuing.make_request(issued.key, plan), issuer=house.icp)


def test_an_organisation_has_no_a3() -> None:
    with pytest.raises(InvalidHolder, match="Só o e-CPF"):
        profiles.profile_for(ORGANISATION, "A3")


def test_lint_refuses_a_short_key(house: House) -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 -- what the linter must refuse
    plan = plan_of(house)
    with pytest.raises(LintFailed, match="não é RSA do tamanho"):
        issuing.certify(plan, request=issuing.make_request(key, plan), issuer=house.icp)


def test_lint_refuses_extensions_of_no_profile(house: House, issued: issuing.Issued) -> None:
    plan = plan_of(house)
    builder = issuing.build(plan, public_key=issued.key.public_key(), issuer=house.icp, serial=7)
    odd = builder.add_extension(x509.OCSPNoCheck(), critical=False).sign(house.icp.key, hashes.SHA256())
    with pytest.raises(LintFailed, match="extensões que o perfil não tem"):
        linting.check(odd, profile=plan.profile, issuer=house.icp.certificate)


def test_lint_names_every_missing_extension(house: House, issued: issuing.Issued) -> None:
    plan = plan_of(house)
    bare = (
        x509.CertificateBuilder()
        .subject_name(house.icp.certificate.subject)
        .issuer_name(x509.Name([]))
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .serial_number(1 << 158)
        .not_valid_before(NOON)
        .not_valid_after(NOON + timedelta(days=1))
        .sign(house.icp.key, hashes.SHA256())
    )
    with pytest.raises(LintFailed) as caught:
        linting.check(bare, profile=plan.profile, issuer=house.icp.certificate)
    missing = {problem.removeprefix("falta a extensão ") for problem in caught.value.problems if "falta" in problem}
    assert missing == {
        "AuthorityKeyIdentifier",
        "KeyUsage",
        "ExtendedKeyUsage",
        "CertificatePolicies",
        "CRLDistributionPoints",
        "AuthorityInformationAccess",
        "SubjectAlternativeName",
    }
    assert "o emissor não é o assunto da autoridade" in caught.value.problems
    assert "o identificador da chave não é o da autoridade" in caught.value.problems


def _requests(valid: bytes) -> dict[str, bytes]:
    tampered = bytearray(valid)
    tampered[-1] ^= 1
    return {"empty": b"", "noise": b"\x00\xff" * 50, "truncated": valid[:-40], "tampered": bytes(tampered)}


@pytest.mark.parametrize("kind", ["empty", "noise", "truncated", "tampered"])
def test_requests_that_prove_nothing_are_refused(house: House, issued: issuing.Issued, kind: str) -> None:
    plan = plan_of(house)
    request = _requests(issuing.make_request(issued.key, plan))[kind]
    with pytest.raises(AuthorityError, match="pedido de certificado"):
        issuing.certify(plan, request=request, issuer=house.icp)


@pytest.mark.parametrize(
    ("der", "text"),
    [
        (b"\x04\x03ABC", "ABC"),
        (b"\x13\x03ABC", "ABC"),
        (b"\x0c\x03ABC", "ABC"),
        (b"\x16\x03ABC", "ABC"),
        (b"\x02\x01\x05", ""),
        (b"\x04\x05ABC", ""),
        (b"\x04\x03ABCD", ""),
        (b"", ""),
    ],
)
def test_other_name_values_are_read_tolerantly(der: bytes, text: str) -> None:
    assert layouts.text_of(der) == text


def test_facts_of_a_person(issued: issuing.Issued) -> None:
    facts = reading.facts_of(issued.certificate)
    assert (facts.holder_kind, facts.holder_name, facts.holder_document, facts.common_name_document) == (
        "pf",
        "JOAO DA CONCEICAO NUNEZ",
        "52998224725",
        "52998224725",
    )
    assert int(facts.serial, 16) == issued.certificate.serial_number
    assert len(facts.sha256) == 64


def test_strict_organisation_reaches_the_subject() -> None:
    strict = make_house(profiles.STRICT_ORGANISATION)
    certificate = issuing.issue(PERSON, issuer=strict.icp, portal_url=PORTAL, not_before=NOON).certificate
    assert reading.organisations_of(certificate) == {"ICP-Brasil"}
    assert "SIMULADA - SEM VALOR LEGAL" in strict.issuers["icp-raiz"].name


def test_a_responsible_with_an_old_birth_date(house: House) -> None:
    holder = OrganisationHolder("FUNDO", "11222333000181", PersonHolder("ANA", "52998224725", date(1912, 1, 9)))
    assert plan_of(house, holder).other_names[0][1].startswith("09011912")
