"""What becomes of the contract tests whose tool is not here.

In CI they run and fail; elsewhere they are left out, and one line at the end says so.
"""

import os
from pathlib import Path

import pytest

from tests.contract import tools

HERE = Path(__file__).parent


def may_leave_out() -> bool:
    return os.environ.get("CI") != "true"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*tools): the tools of other houses that a contract test calls")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not may_leave_out():
        return
    absent = set(tools.missing())
    left_out = [item for item in items if absent & needed_by(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    absent = tools.missing()
    if absent and may_leave_out() and reaches_contract(config):
        told = f"Provas de contrato não rodaram sem: {', '.join(absent)}. Para instalar: scripts/contract-tools"
        terminalreporter.write_line(told)


def needed_by(item: pytest.Item) -> set[str]:
    return {tool for mark in item.iter_markers("needs") for tool in mark.args}


def reaches_contract(config: pytest.Config) -> bool:
    """Whether the run was asked for this folder, a file of it, or a folder above."""
    asked = [(config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args]
    return any(path in (HERE, *HERE.parents) or HERE in path.parents for path in asked)
