"""The catalogue of the rules for a page: what each one asks, its law, and an example on both sides of it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from declarations.engine import examples, report
from declarations.engine.catalogue import RULES, Rule, Since


class Entry(NamedTuple):
    """A rule with its examples in words, and the message of the one that fails."""

    rule: Rule
    passes: str
    fails: str
    message: str

    @property
    def since(self) -> Since:
        """The severity in force, with why."""
        return self.rule.severities[-1]


def changes() -> list[tuple[Rule, Since]]:
    """Every severity that is not of the first set, in the order of the rules: the log of what changed, when and why."""
    return [(rule, since) for rule in RULES for since in rule.severities[1:]]


@cache
def entries() -> tuple[Entry, ...]:
    """The same for everybody; the examples are judged once."""
    return tuple(_entry(rule) for rule in RULES)


def _entry(rule: Rule) -> Entry:
    example = examples.EXAMPLES[rule.code]
    found = report.judge(*examples.example_of(rule.code, fails=True))
    message = next(each.hit.message for group in found.groups for each in group.findings if each.code == rule.code)
    return Entry(rule, example.passes.words, example.fails.words, message)
