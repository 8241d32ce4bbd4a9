"""What the client of the tests keeps of a page (`answer.context`): the page's own context, and none of its parts.

Django's keeps one copy for each of the thirty-odd templates of a page, and tells each to every listener.
"""

from typing import Any

import pytest
from django.template.base import Template
from django.test.signals import template_rendered


@pytest.fixture(scope="session", autouse=True)
def _told_once_for_each_page(django_test_environment: None) -> None:
    """Django puts its own way back at the end of the session."""
    Template._render = _render  # type: ignore[attr-defined]


def _render(self: Any, context: Any) -> str:
    """As `django.test.utils.instrumented_test_render`, but silent when another template is being rendered."""
    if context.template is self:
        template_rendered.send(sender=self, template=self, context=context)
    return str(self.nodelist.render(context))
