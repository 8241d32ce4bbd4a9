"""The WSDL of the services: for anybody, at each address, and only there."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from cadsus.api import auditing, legacy, pdq, pix
from cadsus.api.wsdl import KIND
from interop.gateway import Application
from tests.cadsus import wire

pytestmark = pytest.mark.django_db
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"


def fetched(application: Application, path: str, query: str = "wsdl", method: str = "GET") -> wire.Reply:
    return wire.post(b"", shown="", application=application, PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=method)


@pytest.mark.parametrize(
    ("application", "path", "operations"),
    [
        *((pdq.application, path, 3) for path in pdq.PATHS),
        *((pix.application, path, 3) for path in pix.WAYS),
        (legacy.application, legacy.PATH, 6),
        (auditing.application, auditing.PATH, 5),
    ],
)
def test_each_service_describes_itself_at_its_address(application: Application, path: str, operations: int) -> None:
    answer = fetched(application, path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, KIND)
    kinds = answer.root.findall(f"{WSDL}portType/{WSDL}operation")
    assert len(kinds) == operations
    ports = answer.root.findall(f"{WSDL}service/{WSDL}port")
    assert {port[0].get("location", "").rpartition("/cadsus/")[2] for port in ports} == {path.removeprefix("/cadsus/")}
    assert fetched(application, path, "WSDL").content == answer.content
    assert fetched(application, path, method="HEAD").content == b""


def test_nothing_else_is_told_to_anybody() -> None:
    assert fetched(legacy.application, legacy.PATH, "").status == 500
    assert fetched(legacy.application, legacy.PATH, method="POST").status == 500
    assert wire.post(b"", shown="", QUERY_STRING="wsdl").status == 401


@pytest.mark.parametrize("module", [legacy, auditing], ids=lambda module: str(module.DOOR.name))
def test_every_element_that_is_named_is_declared(module: Any) -> None:
    """A WSDL in one document: what a schema or a message refers to stands in it."""
    root = fetched(module.application, module.PATH).root
    schemas = root.findall(".//{http://www.w3.org/2001/XMLSchema}schema")
    declared = {f"{{{each.get('targetNamespace')}}}{child.get('name')}" for each in schemas for child in each}
    named = [
        (element, value)
        for element in root.iter(etree.Element)
        for value in (element.get("ref"), element.get("type"), element.get("element"))
        if value and element.tag not in (f"{WSDL}binding", f"{WSDL}portType")
    ]
    for element, value in named:
        prefix, _, name = value.partition(":")
        space = element.nsmap[prefix]
        assert prefix == "xs" or f"{{{space}}}{name}" in declared, value
