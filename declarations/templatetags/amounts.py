"""Amounts of a declaration, as a person reads them."""

from django import template

from declarations.engine.money import brazilian

register = template.Library()


@register.filter
def percent(hundredths: int | None) -> str:
    """1487 → «14,87 %»; without a base there is none."""
    return "–" if hundredths is None else f"{brazilian(hundredths)} %"
