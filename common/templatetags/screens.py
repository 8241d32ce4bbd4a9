"""What the page templates of templates/molds/ are made of: the trail, the way back, asides, tables from columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.navigation import label_of, system_of
from common.templatetags.ensaio import breakable
from common.ui import NOTHING

register = template.Library()

TRAIL = "trail of the page"
# Word in a column's definition → class of its cells. A head names its row.
KINDS = {"head": "", "number": "is-number", "code": "is-code", "text": "is-text", "actions": "row-actions"}
# Heads of these columns stand as their cells do.
ALIGNED = {"number"}


def _trail(context: Context) -> list[str]:
    """Addresses of the pages above this one, outermost first."""
    return cast("list[str]", context.render_context.setdefault(TRAIL, []))


def _crumb(context: Context, url: str, label: Any) -> SafeString:
    _trail(context).append(url)
    return format_html('<li><a href="{}">{}</a></li>', url, label)


@register.simple_tag(takes_context=True)
def system_crumb(context: Context) -> str:
    """The system that the page is in, unless the page is the first one of it."""
    request: HttpRequest | None = context.get("request")
    system = system_of(request.path_info) if request is not None else None
    if system is None or request is None or system.url == request.path:
        return ""
    return _crumb(context, system.url, system.label)


@register.simple_tag(takes_context=True)
def crumb(context: Context, route: str, *args: Any, text: Any = "") -> SafeString:
    """A page above this one, named as the menu names it, or by `text`."""
    return _crumb(context, reverse(route, args=args), text or label_of(route))


@register.simple_tag(takes_context=True)
def back(context: Context, text: str = "Voltar", url: str = "") -> str:
    """The way back: to `url`, or to the page above this one in the trail; nothing where there is none."""
    trail = _trail(context)
    target = url or (trail[-1] if trail else "")
    if not target:
        return ""
    arrow = SafeString('<i class="fas fa-arrow-left" aria-hidden="true"></i>' if text.startswith("Voltar") else "")
    return format_html('<a class="br-button is-back" href="{}">{}{}</a>', target, arrow, text)


@register.simple_tag
def field(bound: BoundField, span: int) -> SafeString:
    """A field that takes `span` of the six columns of its grid."""
    return bound.render(bound.template_name, {"field": bound, "span": span})


@register.tag
def again(parser: Parser, token: Token) -> template.Node:
    """What the page put in another block: `{% again "title" %}`."""
    return AgainNode(token.split_contents()[1].strip("\"'"))


class AgainNode(template.Node):
    def __init__(self, block: str) -> None:
        self.block = block

    def render(self, context: Context) -> SafeString:
        blocks = context.render_context[BLOCK_CONTEXT_KEY].blocks[self.block]
        return blocks[-1].nodelist.render(context) if blocks else SafeString("")


@register.simple_block_tag
def filled(content: SafeString, element: str, style: str) -> SafeString:
    """An element around the content, and nothing at all where there is none."""
    return format_html('<{0} class="{1}">{2}</{0}>', element, style, content) if content.strip() else SafeString("")


@register.simple_block_tag
def side(content: SafeString, title: str) -> SafeString:
    """Something to read beside the work: what happens next, what to have at hand."""
    return format_html('<section class="side"><h2>{}</h2>{}</section>', title, content)


@register.simple_block_tag
def fact(content: SafeString, label: str, style: str = "") -> SafeString:
    """One line of a <dl class="facts">."""
    shown = content if content.strip() else NOTHING
    return format_html('<div><dt>{}</dt><dd class="{}">{}</dd></div>', label, style, shown)


def _class_of(names: list[str]) -> SafeString:
    return format_html(' class="{}"', " ".join(names)) if names else SafeString("")


@dataclass(frozen=True)
class Column:
    """One column: its label, which heads the column and, on a telephone, each cell; how and when it is shown."""

    label: FilterExpression
    kinds: frozenset[str]
    when: FilterExpression | None
    cell: NodeList

    def is_shown(self, context: Context) -> bool:
        return self.when is None or bool(self.when.resolve(context))

    def head(self, context: Context) -> SafeString:
        aligned = _class_of([KINDS[kind] for kind in sorted(self.kinds & ALIGNED)])
        return format_html('<th scope="col"{}>{}</th>', aligned, breakable(self.label.resolve(context)))

    def body(self, context: Context) -> SafeString:
        """The cell of one row; an empty one says so, and is left out on a telephone."""
        content = self.cell.render(context)
        classes = [KINDS[kind] for kind in sorted(self.kinds) if KINDS[kind]]
        is_empty = not content.strip()
        return format_html(
            '<{0}{1}{2} data-label="{3}"><div>{4}</div></{0}>',
            "th" if "head" in self.kinds else "td",
            SafeString(' scope="row"') if "head" in self.kinds else "",
            _class_of([*classes, "is-empty"] if is_empty else classes),
            self.label.resolve(context),
            NOTHING if is_empty else content,
        )


@register.tag
def rows(parser: Parser, token: Token) -> template.Node:
    """A table from its columns; `row_index` counts the rows from 0. On a telephone each row is a card.

    {% rows page as ticket caption="Chamados" %}
      {% column "Chamado" head %}{{ ticket }}{% endcolumn %}
      {% column "Ação" actions when=may_answer %}…{% endcolumn %}
      {% empty %}…
    {% endrows %}
    """
    _, source, _, *names, caption = token.split_contents()
    columns = []
    while True:
        parser.parse(("column", "empty", "endrows"))
        found = parser.next_token()
        if not found.contents.startswith("column"):
            break
        columns.append(_column(parser, found))
    nothing = NodeList()
    if found.contents == "empty":
        nothing = parser.parse(("endrows",))
        parser.delete_first_token()
    variables = [name.strip(",") for name in names]
    return RowsNode(
        parser.compile_filter(source), variables, parser.compile_filter(caption.partition("=")[2]), columns, nothing
    )


def _column(parser: Parser, token: Token) -> Column:
    _, label, *words = token.split_contents()
    when = next((word.partition("=")[2] for word in words if word.startswith("when=")), "")
    kinds = frozenset(word for word in words if not word.startswith("when="))
    if kinds - KINDS.keys():
        raise template.TemplateSyntaxError(f"Column of an unknown kind: {', '.join(sorted(kinds - KINDS.keys()))}")
    cell = parser.parse(("endcolumn",))
    parser.delete_first_token()
    return Column(parser.compile_filter(label), kinds, parser.compile_filter(when) if when else None, cell)


class RowsNode(template.Node):
    child_nodelists = ("nothing",)

    def __init__(
        self,
        source: FilterExpression,
        names: list[str],
        caption: FilterExpression,
        columns: list[Column],
        nothing: NodeList,
    ) -> None:
        self.source, self.names, self.caption = source, names, caption
        self.columns, self.nothing = columns, nothing

    def render(self, context: Context) -> SafeString:
        items = list(self.source.resolve(context) or ())
        if not items:
            return self.nothing.render(context)
        shown = [column for column in self.columns if column.is_shown(context)]
        return format_html(
            '<div class="table-box is-stacked" role="region" aria-label="Tabela: {0}" tabindex="0">'
            '<table class="data-table"><caption class="sr-only">{0}</caption>'
            "<thead><tr>{1}</tr></thead><tbody>{2}</tbody></table></div>",
            self.caption.resolve(context),
            format_html_join("", "{}", ((column.head(context),) for column in shown)),
            format_html_join("", "<tr>{}</tr>", ((row,) for row in self._rows(context, items, shown))),
        )

    def _rows(self, context: Context, items: list[Any], shown: list[Column]) -> Iterator[SafeString]:
        for number, item in enumerate(items):
            values = item if len(self.names) > 1 else (item,)
            with context.push(row_index=number, **dict(zip(self.names, values, strict=True))):
                yield format_html_join("", "{}", ((column.body(context),) for column in shown))
