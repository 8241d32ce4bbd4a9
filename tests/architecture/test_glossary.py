"""Terms with no exact English keep one cognate; docs/glossary.md says which, and which never."""

import ast
import re

from tests.architecture.sources import ROOT, every


def glossary() -> list[tuple[str, list[str]]]:
    """(identifier cell, forbidden names) of each row of the glossary's table."""
    rows = []
    for line in (ROOT / "docs" / "glossary.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) >= 3 and re.search(r"`\w+`", cells[1]):
            rows.append((cells[1], re.findall(r"`(\w+)`", cells[2])))
    return rows


def class_names() -> set[str]:
    return {node.name for _, node in every(ast.ClassDef)}


def test_the_glossary_has_its_rows() -> None:
    assert len(glossary()) >= 15


def test_no_class_bears_a_forbidden_name() -> None:
    # `User` is also what Django calls an account, and the house has accounts.
    forbidden = {name for _, names in glossary() for name in names} - {"User"}
    assert not forbidden & class_names()


def test_the_terms_of_the_built_apps_are_in_the_code() -> None:
    built = {"DeploymentToken", "CredentialRequest", "Credential", "TermsAcceptance"}
    written = {name for cell, _ in glossary() for name in re.findall(r"`(\w+)`", cell)}
    assert built <= written & class_names()
