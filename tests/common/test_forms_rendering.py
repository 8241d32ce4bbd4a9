"""A field says its name, its help and its error to who sees and to who listens."""

import re
from html.parser import HTMLParser

from django import forms
from django.template.loader import render_to_string

from common.forms import fields
from tests.common.gallery import GalleryForm


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def by_id(self, value: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.found if attrs.get("id") == value)

    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.found if "id" in attrs]


def rendered(form: forms.Form) -> Elements:
    return Elements(render_to_string("components/form.html", {"form": form}))


def test_a_wrong_field_is_invalid_and_described_by_help_and_error() -> None:
    page = rendered(GalleryForm({"cpf": "123"}))
    control = page.by_id("id_cpf")
    assert control["aria-invalid"] == "true"
    assert control["aria-describedby"] == "id_cpf_helptext id_cpf_error"
    assert {"id_cpf_helptext", "id_cpf_error"} <= set(page.ids())


def test_a_right_field_is_not_marked_as_wrong() -> None:
    control = rendered(GalleryForm({"cpf": "529.982.247-25"})).by_id("id_cpf")
    assert "aria-invalid" not in control
    assert control["aria-describedby"] == "id_cpf_helptext"


def test_every_description_and_label_points_at_something_that_exists() -> None:
    page = rendered(GalleryForm({}))
    ids = page.ids()
    assert len(ids) == len(set(ids))
    for tag, attrs in page.found:
        for name in ("for", "aria-describedby", "aria-controls"):
            assert set((attrs.get(name) or "").split()) <= set(ids), (tag, attrs)


def test_the_summary_counts_the_errors_and_links_to_each_field() -> None:
    form = GalleryForm({"cpf": "123", "email": "a@b.example"})
    html = render_to_string("components/error_summary.html", {"form": form})
    wrong = sum(len(field.errors) for field in form)
    assert f"Há {wrong} campos a corrigir" in html
    assert 'role="alert"' in html
    anchors = re.findall(r'href="#([^"]+)"', html)
    assert len(anchors) == wrong
    assert set(anchors) <= set(rendered(form).ids())
    assert "id_period_0" in anchors, "a group is entered by its first option"


def test_the_summary_speaks_singular_and_stays_silent_without_errors() -> None:
    class OneField(forms.Form):
        cep = fields.PostalCodeField()

    assert "Há 1 campo a corrigir" in render_to_string("components/error_summary.html", {"form": OneField({})})
    silent = render_to_string("components/error_summary.html", {"form": OneField({"cep": "16010-000"})})
    assert not silent.strip()


def test_the_summary_covers_two_forms() -> None:
    class OneField(forms.Form):
        cep = fields.PostalCodeField()

    context = {"form": OneField({}, prefix="a"), "other_form": OneField({}, prefix="b")}
    html = render_to_string("components/error_summary.html", context)
    assert re.findall(r'href="#([^"]+)"', html) == ["id_a-cep", "id_b-cep"]


def test_required_is_said_in_words_beside_the_asterisk() -> None:
    class TwoFields(forms.Form):
        cpf = fields.CpfField()
        cnpj = fields.CnpjField(required=False)

    html = render_to_string("components/form.html", {"form": TwoFields()})
    assert html.count("(obrigatório)") == 1
    assert html.count("required-mark") == 1


def test_typed_text_is_kept_and_a_password_is_not() -> None:
    page = rendered(GalleryForm({"cpf": "<b>123</b>", "password": "segredo"}))
    assert page.by_id("id_cpf")["value"] == "<b>123</b>"
    assert "value" not in page.by_id("id_password")


def test_a_file_makes_the_form_multipart() -> None:
    form = next(attrs for tag, attrs in rendered(GalleryForm()).found if tag == "form")
    assert form["enctype"] == "multipart/form-data"
    assert form["method"] == "post"
