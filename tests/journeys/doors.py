"""What a browser sends at a door, without drawing its pages: who enters is then in, in the browser of the walker.

The pages themselves are walked by hand in `test_doors`, `test_second_factor` and in the journeys about entering.
"""

from typing import Any
from urllib.parse import urljoin

from lxml import html
from playwright.sync_api import APIRequestContext

SEE_OTHER = (302, 303)


def pass_through(browser: APIRequestContext, door: str, *answers: dict[str, str]) -> str:
    """One form after another, each filled where the last one led; returns the address to which the last one leads."""
    address = door
    for fields in answers:
        page = browser.get(address)
        target, filled = fill(page.text(), fields)
        answer = browser.post(urljoin(page.url, target), form=filled, max_redirects=0)
        assert answer.status in SEE_OTHER, f"{answer.url} does not let in: {answer.status}"
        address = urljoin(answer.url, answer.headers["location"])
    return address


def fill(page: str, fields: dict[str, str]) -> tuple[str, dict[str, str | float | bool]]:
    """The form of the page that has these fields: where it is sent, and what, with what stands in it already."""
    document: Any = html.fromstring(page)  # its types know no forms
    form = next(form for form in document.forms if fields.keys() <= set(form.fields.keys()))
    for name, value in fields.items():
        form.fields[name] = value
    return (form.action or "").strip(), {name: value for name, value in form.form_values() if isinstance(value, str)}
