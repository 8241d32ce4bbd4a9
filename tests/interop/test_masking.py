"""What a page shows of a message holds no number of a person, no secret, and everything else."""

import json

import pytest

from interop import masking

CPF, CNS, SECRET = "52998224725", "700000000000005", "Senha-1"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (CPF, "*******4725"),
        ("529.982.247-25", "***.***.*47-25"),
        ("5 2 9 9 8 2 2 4 7 2 5", "* * * * * * * 4 7 2 5"),
        (CNS, "***********0005"),
        ("٥٢٩٩٨٢٢٤٧٢٥", "*******٤٧٢٥"),
        ("3550308", "3550308"),
        ("20261122003500", "20261122003500"),
        ("2026-11-29T10:00:00.000-03:00", "2026-11-29T10:00:00.000-03:00"),
        ("2.16.840.1.113883.13.236", "2.16.840.1.113883.13.236"),
        ("0b6cd9a2-4a5c-4d1f-9d0a-1c5a00112233", "0b6cd9a2-4a5c-4d1f-9d0a-1c5a00112233"),
    ],
)
def test_of_a_number_only_the_last_digits_are_told(value: str, told: str) -> None:
    assert masking.masked(value) == told


@pytest.mark.parametrize(
    "body",
    [
        f'<a xmlns="urn:x"><id root="2.16.840.1.113883.13.237" extension="{CPF}"/><n>{CNS}</n></a>',
        f'<a><id extension="&#53;&#50;{CPF[2:]}"/><!-- {CNS} --><n><![CDATA[{CNS}]]></n></a>',
        f'<a x="{CPF}">{CNS}',
        f'<!DOCTYPE a [<!ENTITY e "{CPF}">]><a>&e;{CNS}</a>',
        f'--b\r\nContent-Type: text/xml\r\n\r\n<a x="529.982.247-25">&#55;{CNS[1:]}</a>\r\n--b--',
        json.dumps({"cpf": CPF, "lista": [CNS, int(CPF)]}),
        f"{CPF} e {CNS[:3]} {CNS[3:7]} {CNS[7:11]} {CNS[11:]}",
        "<?xml version='1.0' encoding='utf-16'?><a>" + CNS + "</a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_way_of_writing_a_number_shows_it(body: str, encoding: str) -> None:
    told = masking.shown(body.encode(encoding))
    digits = "".join(letter for letter in told if letter.isdigit() or letter == "*")
    assert CPF not in digits
    assert CNS not in digits
    assert CPF not in told


@pytest.mark.parametrize(
    "body",
    [
        f"<w:UsernameToken xmlns:w='u'><w:Username>ANA</w:Username><w:Password>{SECRET}</w:Password></w:UsernameToken>",
        f"<a><Usuario>ANA</Usuario><Senha>{SECRET}</Senha>",
        f'<w:Password Type="x">{SECRET}',
        json.dumps({"username": "ANA", "password": SECRET}),
        f'{{"username": "ANA", "password": "{SECRET}"',
        f"username=ANA&password={SECRET}",
        json.dumps({"access_token": SECRET, "token_type": "jwt", "scope": "ANA"}),
    ],
)
def test_a_secret_is_never_shown(body: str) -> None:
    told = masking.shown(body.encode())
    assert SECRET not in told
    assert ("ANA" in told) == ("ANA" in body)


def test_what_is_long_is_cut() -> None:
    told = masking.shown(b"<a>" + b"<b/>" * masking.MOST_CHARACTERS + b"</a>")
    assert len(told) < masking.MOST_CHARACTERS + 200
    assert "o reenvio manda a mensagem inteira" in told
