"""Numbers of the synthetic people and establishments: right check digits, and a pattern that gives them away.

With EE the number of the entity and SSS the sequence inside it:

- CPF  999.0EE.SSS-dd, of which the Receita Federal has no series in use;
- CNS  709 99EE SSS0 0dd, of the 7 series;
- CNPJ 99.9EE.000/SSSS-dd for establishments, 99.8EE.000/0001-dd for funds;
- CNES 9EESSSd, with the usual check digit.
"""

CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def complete_cpf(base: str) -> str:
    """Nine digits → eleven."""
    for length in (9, 10):
        total = sum(int(d) * w for d, w in zip(base, range(length + 1, 1, -1), strict=True))
        base += str(total * 10 % 11 % 10)
    return base


def complete_cnpj(base: str) -> str:
    """Twelve capitals or digits → fourteen (each character counts as its code minus 48, IN RFB 2.229/2024)."""
    for length in (12, 13):
        rest = sum((ord(c) - 48) * w for c, w in zip(base, CNPJ_WEIGHTS[13 - length :], strict=True)) % 11
        base += "0" if rest in (0, 1) else str(11 - rest)
    return base


def complete_cns(base: str) -> str:
    """Thirteen digits starting with 7, 8 or 9 → fifteen."""
    rest = -sum(int(d) * (15 - i) for i, d in enumerate(base)) % 11
    # The last digit weighs 1 and the one before it 2, so a remainder of 10 is written 1 and 8.
    return f"{base}0{rest}" if rest in range(10) else f"{base}18"


def cpf(entity: int, sequence: int) -> str:
    return complete_cpf(f"9990{entity:02d}{sequence:03d}")


def cns(entity: int, sequence: int) -> str:
    return complete_cns(f"70999{entity:02d}{sequence:03d}000")


def fund_cnpj(entity: int) -> str:
    return complete_cnpj(f"998{entity:02d}0000001")


def establishment_cnpj(root: str, sequence: int) -> str:
    """A branch of the entity: `root` is its eight-character CNPJ root."""
    return complete_cnpj(f"{root}{sequence:04d}")


def cnes(entity: int, sequence: int) -> str:
    base = f"9{entity:02d}{sequence:03d}"
    rest = 11 - sum(int(d) * w for d, w in zip(base, range(7, 1, -1), strict=True)) % 11
    return f"{base}{rest if rest in range(10) else 0}"
