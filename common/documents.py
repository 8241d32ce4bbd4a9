"""Brazilian identifiers: normal form, check digits, display and masking. Check digits come from validate-docbr."""

import re

from django.core.exceptions import ValidationError
from validate_docbr import CNPJ, CNS, CPF

# Municipalities whose published IBGE code fails its own check digit and is right all the same.
IBGE_EXCEPTIONS = frozenset(
    {"2201919", "2202251", "2201988", "2611533", "3117836", "3152131", "4305871", "5203939", "5203962"}
)
CPF_LENGTH, CNPJ_LENGTH, CNS_LENGTH, POSTAL_CODE_LENGTH = 11, 14, 15, 8
# Every area code in use (DDD), Anatel.
AREA_CODES = frozenset(
    f"{region}{last}"
    for region, lasts in {
        1: "123456789",
        2: "12478",
        3: "1234578",
        4: "123456789",
        5: "1345",
        6: "123456789",
        7: "134579",
        8: "123456789",
        9: "123456789",
    }.items()
    for last in lasts
)


def digits(text: str) -> str:
    """Only the ASCII digits of `text`: the normal form of CPF, CNS, CNES, IBGE, CEP and telephone."""
    return re.sub(r"[^0-9]", "", text)


def typed_as_cpf(text: str) -> str:
    """The eleven digits of what was typed as a CPF, right or wrong; "" for anything else."""
    return digits(text) if re.fullmatch(r"[. -]*(?:[0-9][. -]*){11}", text) else ""


def typed_as_number(text: str) -> str:
    """What was typed, if the number of a person (CPF, CNS) may be in it; "" for anything else. Alone, without marks."""
    if len(digits(text)) < CPF_LENGTH:
        return ""
    return text if re.search(r"[^0-9./ -]", text) else digits(text)


def normalise_cnpj(text: str) -> str:
    """CNPJ without mask, in capitals; letters are allowed since IN RFB 2.229/2024."""
    return re.sub(r"[.\-/\s]", "", text).upper()


def is_cpf(value: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{11}", value)) and CPF().validate(value)


def is_cnpj(value: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", value)) and len(set(value)) > 1 and CNPJ().validate(value)


def is_cns(value: str) -> bool:
    shape = r"[12][0-9]{10}00[01][0-9]|[789][0-9]{14}"
    return bool(re.fullmatch(shape, value)) and CNS().validate(value)


def is_cnes(value: str) -> bool:
    """Seven digits; no official check digit exists, so existence in the SCNES is the real check."""
    return bool(re.fullmatch(r"[0-9]{7}", value))


def is_ibge_municipality(value: str) -> bool:
    if value in IBGE_EXCEPTIONS:
        return True
    if not re.fullmatch(r"[1-5][0-9]{6}", value):
        return False
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(value, (1, 2, 1, 2, 1, 2), strict=False))
    return (10 - total % 10) % 10 == int(value[6])


def is_phone(value: str) -> bool:
    """Ten digits (fixed) or eleven starting with 9 (mobile) after an area code in use."""
    return bool(re.fullmatch(r"[0-9]{2}(9[0-9]{8}|[2-9][0-9]{7})", value)) and value[:2] in AREA_CODES


def format_cpf(value: str) -> str:
    return f"{value[:3]}.{value[3:6]}.{value[6:9]}-{value[9:]}" if len(value) == CPF_LENGTH else value


def mask_cpf(value: str) -> str:
    """For lists and logs: `***.982.247-**`."""
    return f"***.{value[3:6]}.{value[6:9]}-**" if len(value) == CPF_LENGTH else "***"


def format_cnpj(value: str) -> str:
    return f"{value[:2]}.{value[2:5]}.{value[5:8]}/{value[8:12]}-{value[12:]}" if len(value) == CNPJ_LENGTH else value


def mask_cnpj(value: str) -> str:
    """For logs: `12.***.***/0001-**`."""
    return f"{value[:2]}.***.***/{value[8:12]}-**" if len(value) == CNPJ_LENGTH else "***"


def format_cns(value: str) -> str:
    return f"{value[:3]} {value[3:7]} {value[7:11]} {value[11:]}" if len(value) == CNS_LENGTH else value


def format_phone(value: str) -> str:
    return f"({value[:2]}) {value[2:-4]}-{value[-4:]}" if len(value) in (10, 11) else value


def format_postal_code(value: str) -> str:
    return f"{value[:5]}-{value[5:]}" if len(value) == POSTAL_CODE_LENGTH else value


def validate_cpf(value: str) -> None:
    if not is_cpf(value):
        raise ValidationError("CPF inválido.", code="cpf")


def validate_cnpj(value: str) -> None:
    if not is_cnpj(value):
        raise ValidationError("CNPJ inválido.", code="cnpj")


def validate_cns(value: str) -> None:
    if not is_cns(value):
        raise ValidationError("CNS inválido.", code="cns")


def validate_cnes(value: str) -> None:
    if not is_cnes(value):
        raise ValidationError("CNES inválido.", code="cnes")
