"""Reading the forms of a page, to send them back with something nobody expects."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]


@dataclass
class Form:
    """One form: where it goes, how, and its fields as (kind, value) by name."""

    action: str
    method: str
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)

    def filled(self, known: dict[str, str]) -> dict[str, str]:
        """What a browser would send, with the boxes ticked and `known` values in their fields."""
        return {name: known.get(name, value) for name, (_, value) in self.fields.items()}


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(given.get("action") or self.address, given.get("method", "get").lower())
            self.forms.append(self.open)
        elif self.open is not None:
            self._field(self.open, tag, given)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "option" and self.select and ("selected" in given or not form.fields[self.select][1]):
            form.fields[self.select] = ("select", given.get("value", ""))
        elif tag in {"input", "textarea", "button", "select"} and name and name != "csrfmiddlewaretoken":
            kind = given.get("type", "text") if tag == "input" else tag
            if kind != "radio" or "checked" in given or name not in form.fields:
                form.fields[name] = (kind, given.get("value", "on" if kind == "checkbox" else ""))
            self.select = name if tag == "select" else self.select

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""


def forms_of(html: str, address: str) -> Iterator[Form]:
    """Every form of the page found at `address`."""
    reader = _Reader(address)
    reader.feed(html)
    yield from reader.forms
