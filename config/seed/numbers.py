"""Numbers of the synthetic funds and establishments: right check digits, and a pattern that gives them away.

With EE the number of the entity and SSS the sequence inside it (those of people are in registry/numbers.py):

- CNPJ 99.9EE.000/SSSS-dd for establishments, 99.8EE.000/0001-dd for funds;
- CNES 9EESSSd, with the usual check digit.
"""

CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def complete_cnpj(base: str) -> str:
    """Twelve capitals or digits → fourteen (each character counts as its code minus 48, IN RFB 2.229/2024)."""
    for length in (12, 13):
        rest = sum((ord(c) - 48) * w for c, w in zip(base, CNPJ_WEIGHTS[13 - length :], strict=True)) % 11
        base += "0" if rest in (0, 1) else str(11 - rest)
    return base


def fund_cnpj(entity: int) -> str:
    return complete_cnpj(f"998{entity:02d}0000001")


def establishment_cnpj(root: str, sequence: int) -> str:
    """A branch of the entity: `root` is its eight-character CNPJ root."""
    return complete_cnpj(f"{root}{sequence:04d}")


def cnes(entity: int, sequence: int) -> str:
    base = f"9{entity:02d}{sequence:03d}"
    rest = 11 - sum(int(d) * w for d, w in zip(base, range(7, 1, -1), strict=True)) % 11
    return f"{base}{rest if rest in range(10) else 0}"
