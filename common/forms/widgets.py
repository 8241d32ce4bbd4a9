"""Native widgets whose values travel in the form that browsers expect."""

from typing import Any

from django import forms


class DateInput(forms.DateInput):
    """Native date picker; the person sees dd/mm/aaaa, the wire carries ISO."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """Native time picker, to the minute, or to the second."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None, *, seconds: bool = False) -> None:
        if seconds:
            attrs = {"step": "1", **(attrs or {})}
        super().__init__(attrs, format="%H:%M:%S" if seconds else "%H:%M")
