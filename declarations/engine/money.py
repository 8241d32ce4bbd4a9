"""Amounts are whole cents, text at the edges, never a float. Percentages are whole hundredths: 36,42 % is 3642."""

CENTS = 100


def canonical(cents: int) -> str:
    """1535716 → "15357.16": how files and hashes write an amount, or a percentage in hundredths."""
    text = f"{cents:03d}" if cents >= 0 else f"{cents:04d}"
    return f"{text[:-2]}.{text[-2:]}"


def brazilian(cents: int | None) -> str:
    """1535716 → "15.357,16": how a person reads it; «não se aplica» for None."""
    if cents is None:
        return "não se aplica"
    whole, rest = divmod(abs(cents), CENTS)
    return f"{'-' if cents < 0 else ''}{whole:,}".replace(",", ".") + f",{rest:02d}"


def cents_of(text: str) -> int:
    """An amount that a pattern has already found right: two decimals, after a comma or a dot."""
    return int(text[:-3] + text[-2:])


def half_up(numerator: int, denominator: int) -> int:
    """Whole part of a quotient, halves away from zero. The denominator is positive."""
    quotient = (abs(numerator) * 2 + denominator) // (denominator * 2)
    return -quotient if numerator < 0 else quotient


def half_up_percent(part: int, whole: int) -> int:
    """The percentage of a row (b/a × 100): half-up; nothing forecast is published as 0,00."""
    return half_up(part * 100 * CENTS, whole) if whole > 0 else 0


def truncated_percent(part: int, whole: int | None) -> int | None:
    """The final percentage: truncated, as every published one is; without a base there is none."""
    if not whole or whole < 0:
        return None
    percent = abs(part) * 100 * CENTS // whole
    return -percent if part < 0 else percent


def share(base: int, rate: int | None) -> int | None:
    """`rate` (in hundredths of a percent) of a base, half-up to the cent; None without a rate."""
    return None if rate is None else half_up(base * rate, 100 * CENTS)
