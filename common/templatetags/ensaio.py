"""Portuguese dates and numbers, and the parts of the pages that need a little logic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet, BoundField
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common import documents, house
from common.legal_time import BRASILIA
from common.middleware import current_request_id
from common.navigation import Fold, Link, home_url, in_line, menu, with_next
from common.ui import NOTHING, Step, Tone

register = template.Library()

# Icons of messages, and of stored statuses, where what waits has the clock.
ICONS: dict[str, str] = {
    Tone.SUCCESS: "circle-check",
    Tone.WARNING: "triangle-exclamation",
    Tone.DANGER: "circle-xmark",
    Tone.INFO: "circle-info",
    Tone.NEUTRAL: "circle-minus",
}
STATUS_ICONS = ICONS | {Tone.WARNING: "clock"}


@register.filter
def cpf(value: str | None) -> str:
    return documents.format_cpf(value) if value else NOTHING


@register.filter
def cpf_masked(value: str | None) -> str:
    return documents.mask_cpf(value) if value else NOTHING


@register.filter
def cnpj(value: str | None) -> str:
    return documents.format_cnpj(value) if value else NOTHING


@register.filter
def cns(value: str | None) -> str:
    return documents.format_cns(value) if value else NOTHING


@register.filter
def where_it_stands(steps: Sequence[Step]) -> str:
    """The steps of a workflow in one line."""
    for number, step in enumerate(steps, start=1):
        if step.state == "current":
            return f"Etapa {number} de {len(steps)} – {step.label}"
    if all(step.state == "done" for step in steps):
        return "Todas as etapas concluídas"
    return "Ver as etapas"


@register.filter
def phone(value: str | None) -> str:
    return documents.format_phone(value) if value else NOTHING


@register.filter
def cep(value: str | None) -> str:
    return documents.format_postal_code(value) if value else NOTHING


@register.filter
def portal_links(text: str) -> SafeString:
    """The text of an e-mail with the portal's own addresses as links, and no other: names and reasons are typed."""
    parts = re.split(rf"({re.escape(settings.PORTAL_URL)}/[\w\-./?=&%#]*[\w/])", text)
    return format_html_join(
        "",
        "{}",
        ((format_html('<a href="{0}">{0}</a>', part) if turn % 2 else part,) for turn, part in enumerate(parts)),
    )


@register.filter
def first_word(text: str) -> str:
    """The first name of a person."""
    return text.split(maxsplit=1)[0] if text else ""


@register.filter
def breakable(text: Any) -> SafeString:
    """A text that breaks after «@» or «/», and not inside a word."""
    return format_html_join(SafeString("<wbr>"), "{}", ((part,) for part in re.split(r"(?<=[@/])(?=\w)", str(text))))


@register.filter
def brasilia(at: datetime | None) -> str:
    """ "07/06/2023 às 21:49", Brasília time."""
    return f"{at.astimezone(BRASILIA):%d/%m/%Y às %H:%M}" if at else NOTHING


@register.filter
def brasilia_date(at: datetime | None) -> str:
    """ "07/06/2023", the Brasília day."""
    return f"{at.astimezone(BRASILIA):%d/%m/%Y}" if at else NOTHING


@register.filter
def brasilia_time(at: datetime | None) -> str:
    """ "21:49", Brasília time."""
    return f"{at.astimezone(BRASILIA):%H:%M}" if at else NOTHING


@register.filter
def brasilia_full(at: datetime) -> str:
    """ "07/06/2023, 21:49", Brasília time."""
    return f"{at.astimezone(BRASILIA):%d/%m/%Y, %H:%M}"


@register.filter
def weekday(at: datetime) -> str:
    """ "quarta-feira", of the Brasília day."""
    return str(WEEKDAYS[at.astimezone(BRASILIA).weekday()]).lower()


@register.filter
def brasilia_short(at: datetime | None) -> str:
    """ "07/06, 21:49", Brasília time, where the year is known."""
    return f"{at.astimezone(BRASILIA):%d/%m, %H:%M}" if at else NOTHING


@register.filter
def tone(status: str) -> str:
    """Colour of a stored status."""
    return house.tones().get(status, Tone.NEUTRAL)


@register.filter
def tone_icon(status: str) -> str:
    """Icon of a stored status."""
    return STATUS_ICONS[house.tones().get(status, Tone.NEUTRAL)]


@register.filter
def icon_of(tone_name: str) -> str:
    """Icon of a message tone; Django's "error" is the design system's "danger"."""
    return ICONS.get(tone_name.replace("error", "danger"), ICONS[Tone.INFO])


@register.filter
def seconds_until(until: datetime, at: datetime) -> int:
    """Whole seconds from `at` to `until`, never negative."""
    return max(0, int((until - at).total_seconds()))


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> list[Link | Fold]:
    """The main menu for who is asking: links, and folds of links."""
    request: HttpRequest | None = context.get("request")
    return in_line(menu(request)) if request is not None else []


@register.simple_tag(takes_context=True)
def home(context: dict[str, Any]) -> str:
    """Where «Início» leads who is asking; the public page when nobody asks, as in a page drawn after a failure."""
    request: HttpRequest | None = context.get("request")
    return home_url(request) if request is not None else reverse("common:home")


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """«Erro: » before the title of a page whose form was refused, so that it is the first thing heard."""
    values: list[Any] = list(context.flatten().values())
    forms = [value for value in values if isinstance(value, BaseForm | BaseFormSet)]
    return "Erro: " if any(_is_refused(form) for form in forms) else ""


def _is_refused(form: BaseForm | BaseFormSet[Any]) -> bool:
    """Whether the page shows errors of `form`; after a redirect an unbound one has those put back in it."""
    if isinstance(form, BaseForm):
        return bool(form.errors)
    return form.is_bound and not form.is_valid()


@register.simple_tag(takes_context=True)
def door(context: dict[str, Any], name: str) -> str:
    """Address of a sign-in page that leads on to the page asked for, `next` in the context."""
    return with_next(name, context.get("next", ""))


@register.simple_tag(takes_context=True)
def session_end(context: dict[str, Any]) -> datetime | None:
    """The earliest instant at which the session opened by the last sign-in can end."""
    user = context.get("user")
    if user is None or not user.is_authenticated or user.last_login is None:
        return None
    end: datetime = user.last_login + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return end


@register.simple_tag(takes_context=True)
def page_url(context: dict[str, Any], number: int, parameter: str = "pagina") -> str:
    """This address with another page number and the rest of the query kept."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    query[parameter] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag
def source_url() -> str:
    """Where the code is published, or ""."""
    url: str = settings.SOURCE_URL
    return url


@register.simple_tag
def request_id() -> str:
    """Id of the request being answered, to quote when asking for help."""
    return current_request_id()


@register.simple_tag
def form_errors(*forms: BaseForm | BaseFormSet[Any] | str) -> list[dict[str, str]]:
    """Every error of these forms and rows of forms in reading order, each with the anchor of its field."""
    return [line for form in _single(*forms) for line in _errors_of(form)]


@register.filter
def lacks_required(form: BaseForm) -> bool:
    """Whether a required field of the form came empty."""
    return any(form.has_error(name, "required") for name in form.fields)


def _single(*forms: BaseForm | BaseFormSet[Any] | str) -> Iterator[BaseForm]:
    for form in forms:
        if isinstance(form, BaseFormSet):
            yield from form.forms
        elif isinstance(form, BaseForm):
            yield form


def _errors_of(form: BaseForm) -> list[dict[str, str]]:
    lines = [{"anchor": "", "label": "", "text": str(text)} for text in form.non_field_errors()]
    for field in form:
        label = str(field.label).rstrip(":")
        lines += [{"anchor": _anchor(field), "label": label, "text": str(text)} for text in field.errors]
    return lines


def _anchor(field: BoundField) -> str:
    """Id to jump to: the control itself, or the first option of a group."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.simple_block_tag
def table(content: SafeString, caption: str, *, stacked: bool = False, show_caption: bool = True) -> SafeString:
    """A table that scrolls inside its own box; `stacked` turns rows into cards on a telephone (cells need data-label).

    The content is <thead>…</thead><tbody>…</tbody>.
    """
    return format_html(
        '<div class="table-box{}" role="region" aria-label="Tabela: {}" tabindex="0">'
        '<table class="data-table"><caption{}>{}</caption>{}</table></div>',
        " is-stacked" if stacked else "",
        caption,
        "" if show_caption else SafeString(' class="sr-only"'),
        caption,
        content,
    )


@register.simple_block_tag
def message(content: SafeString, tone: str = "info", title: str = "") -> SafeString:
    """A message that stays on the page, with any content inside."""
    heading = format_html('<p class="message-title">{}</p>', title) if title else ""
    return format_html(
        '<div class="br-message {0} static-message"><div class="icon">'
        '<i class="fas fa-{1} fa-lg" aria-hidden="true"></i></div><div class="content">{2}{3}</div></div>',
        tone,
        icon_of(tone),
        heading,
        content,
    )


@register.simple_block_tag
def terms(content: SafeString, title: str) -> SafeString:
    """The paper of a termo: a box that scrolls on screen and prints whole."""
    return format_html(
        '<div class="terms" role="region" aria-label="{}" tabindex="0"><div class="terms-paper">{}</div></div>',
        title,
        content,
    )


@register.filter
def page_numbers(page: Page[Any]) -> list[int]:
    """Numbers for the pager, at most eleven; 0 stands for a gap."""
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in elided]
