"""The WSDL of the services (`?wsdl`), written by us from the messages that the published clients send.

The types of HL7 are HL7's own and stand in its schemas: here each message is one element of whatever content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.urls import get_script_prefix

from cadsus.api import oids
from cadsus.api.v5r0_types import AUDIT_DESCRIBED, AUDIT_SPACE, DESCRIBED, SPACE, SPACES, Declared
from interop.answers import Answer
from interop.calls import Call

KIND = "text/xml; charset=utf-8"
_WSDL, _XS = "http://schemas.xmlsoap.org/wsdl/", "http://www.w3.org/2001/XMLSchema"
_BINDINGS = {"Soap12": "http://schemas.xmlsoap.org/wsdl/soap12/", "Soap11": "http://schemas.xmlsoap.org/wsdl/soap/"}
_HTTP = "http://schemas.xmlsoap.org/soap/http"
_ANY = '<xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/>'


@dataclass(frozen=True, slots=True)
class Operation:
    """What is called, with which SOAPAction; the elements that go and come, with their prefixes."""

    name: str
    action: str
    asked: str
    answered: str


@dataclass(frozen=True, slots=True)
class Description:
    """A service as its WSDL tells it. `fault` is the element of its declared Fault, "" for none."""

    name: str
    space: str
    spaces: Mapping[str, str]
    schemas: Callable[[], str]
    operations: tuple[Operation, ...]
    bindings: tuple[str, ...]
    fault: str = ""

    def text(self, address: str) -> str:
        """The whole document, for a service at this address."""
        spaces = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in {**self.spaces, **_BINDINGS}.items())
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<wsdl:definitions xmlns:wsdl="{_WSDL}" xmlns:xs="{_XS}"'
            f' xmlns:tns="{self.space}"{spaces} name="{self.name}" targetNamespace="{self.space}">'
            f"<wsdl:types>{self.schemas()}</wsdl:types>{''.join(self._messages())}"
            f'<wsdl:portType name="{self.name}PortType">{"".join(map(self._abstract, self.operations))}</wsdl:portType>'
            f'{"".join(map(self._binding, self.bindings))}<wsdl:service name="{self.name}">'
            f"{''.join(self._port(binding, address) for binding in self.bindings)}</wsdl:service></wsdl:definitions>"
        )

    def _messages(self) -> Iterable[str]:
        elements = dict.fromkeys(each for one in self.operations for each in (one.asked, one.answered))
        for element in [*elements, *filter(None, [self.fault])]:
            yield (
                f'<wsdl:message name="{_message(element)}"><wsdl:part name="parameters" element="{element}"/>'
                "</wsdl:message>"
            )

    def _abstract(self, one: Operation) -> str:
        fault = f'<wsdl:fault name="Falha" message="tns:{_message(self.fault)}"/>' if self.fault else ""
        return (
            f'<wsdl:operation name="{one.name}"><wsdl:input message="tns:{_message(one.asked)}"/>'
            f'<wsdl:output message="tns:{_message(one.answered)}"/>{fault}</wsdl:operation>'
        )

    def _binding(self, binding: str) -> str:
        body = f'<{binding}:body use="literal"/>'
        fault = f'<wsdl:fault name="Falha"><{binding}:fault name="Falha" use="literal"/></wsdl:fault>'
        operations = "".join(
            f'<wsdl:operation name="{one.name}"><{binding}:operation soapAction="{one.action}" style="document"/>'
            f"<wsdl:input>{body}</wsdl:input><wsdl:output>{body}</wsdl:output>{fault if self.fault else ''}"
            "</wsdl:operation>"
            for one in self.operations
        )
        return (
            f'<wsdl:binding name="{self.name}{binding}" type="tns:{self.name}PortType">'
            f'<{binding}:binding style="document" transport="{_HTTP}"/>{operations}</wsdl:binding>'
        )

    def _port(self, binding: str, address: str) -> str:
        name = f"{self.name}{binding}"
        return f'<wsdl:port name="{name}" binding="tns:{name}"><{binding}:address location="{address}"/></wsdl:port>'


def served(call: Call) -> Answer | None:
    """The WSDL of the address, for whoever asks for it; None for a call of another kind."""
    asked = str(call.environ.get("QUERY_STRING", "")).partition("&")[0].lower()
    description = next((each for name, each in _DESCRIBED.items() if name in call.path), None)
    if call.method not in ("GET", "HEAD") or asked != "wsdl" or description is None:
        return None
    address = f"{settings.TLS_URL}{get_script_prefix().rstrip('/')}{call.path}"
    return Answer(HTTPStatus.OK, description.text(address).encode(), KIND)


def _message(element: str) -> str:
    return f"{element.rpartition(':')[2]}Message"


def schema(space: str, inside: str, imports: Iterable[str] = ()) -> str:
    """A schema of one namespace, every element qualified."""
    imported = "".join(f'<xs:import namespace="{each}"/>' for each in imports if each != space)
    return f'<xs:schema targetNamespace="{space}" elementFormDefault="qualified">{imported}{inside}</xs:schema>'


def _hl7(name: str, space: str, *exchanges: tuple[str, str, str]) -> Description:
    """A service of HL7 v3, in SOAP 1.2: what each operation is called after the service, what it takes and gives."""
    operations = tuple(
        Operation(f"{name}_{called}", f"{oids.HL7}:{called}", f"hl7:{asked}", f"hl7:{answered}")
        for called, asked, answered in exchanges
    )
    elements = dict.fromkeys(each for _, *pair in exchanges for each in pair)
    kind = f'<xs:complexType><xs:sequence>{_ANY}</xs:sequence><xs:anyAttribute processContents="lax"/></xs:complexType>'
    inside = "".join(f'<xs:element name="{element}">{kind}</xs:element>' for element in elements)
    return Description(name, space, {"hl7": oids.HL7}, lambda: schema(oids.HL7, inside), operations, ("Soap12",))


def _of_v5r0(described: Mapping[str, tuple[Declared, ...]]) -> str:
    """One schema for each namespace of an older service."""
    spaces = [SPACES[prefix] for prefix in described]
    return "".join(
        schema(SPACES[prefix], "".join(map(_declared, declared)), spaces) for prefix, declared in described.items()
    )


def _v5r0(
    name: str, space: str, prefix: str, described: Mapping[str, tuple[Declared, ...]], *operations: str
) -> Description:
    """A service of that generation, in both versions of SOAP."""
    return Description(
        name,
        space,
        {each: SPACES[each] for each in described},
        lambda: _of_v5r0(described),
        tuple(
            Operation(called[0].lower() + called[1:], "", f"{prefix}:request{called}", f"{prefix}:response{called}")
            for called in operations
        ),
        ("Soap12", "Soap11"),
        fault="msf:MSFalha",
    )


def _declared(each: Declared) -> str:
    """A type of the table, or an element: of a type, or with what it holds."""
    if each.choices:
        values = "".join(f'<xs:enumeration value="{value}"/>' for value in each.choices)
        kind = f'<xs:restriction base="xs:string">{values}</xs:restriction>'
        return f'<xs:simpleType name="{each.name}">{kind}</xs:simpleType>'
    if each.kind:
        return f'<xs:element name="{each.name}" type="{each.kind}"/>'
    inside = f"<xs:sequence>{''.join(map(_part, each.parts))}</xs:sequence>"
    if each.is_type:
        return f'<xs:complexType name="{each.name}">{inside}</xs:complexType>'
    return f'<xs:element name="{each.name}"><xs:complexType>{inside}</xs:complexType></xs:element>'


def _part(text: str) -> str:
    """«name type», «prefix:element», or «*» for anything; then ? (may be missing) or + (any number of them)."""
    if text == "*":
        return _ANY
    named, *rest = text.split()
    often = {"?": ' minOccurs="0"', "+": ' minOccurs="0" maxOccurs="unbounded"'}.get(rest[-1] if rest else "", "")
    if ":" in named:
        return f'<xs:element ref="{named}"{often}/>'
    return f'<xs:element name="{named}" type="{rest[0]}"{often}/>'


_CADSUS = _v5r0(
    "CadsusService",
    SPACE,
    "cad",
    DESCRIBED,
    *("Pesquisar", "Consultar", "Incluir", "Atualizar", "AlterarSituacao", "CalcularGrauDeQualidade"),
)
_AUDIT = _v5r0(
    "AuditoriaCadsusService",
    AUDIT_SPACE,
    "aud",
    AUDIT_DESCRIBED,
    "ObterHistoricoUnificacaoUsuarioSUS",
    "ObterUltimaDataAlteracaoUsuarioSUS",
    "ObterCamposAlteradosPorTransacao",
    "ObterHistoricoTransacoesUsuarioSUS",
    "ObterHistoricoImpressao",
)
_ANSWERED, _DONE = "PRPA_IN201306UV02", "MCCI_IN000002UV01"
# By what the address says.
_DESCRIBED: Mapping[str, Description] = {
    "/CadsusService/": _CADSUS,
    "/AuditoriaCadsusService/": _AUDIT,
    "/PDQSupplier": _hl7(
        "PDQSupplier",
        "urn:ihe:iti:pdqv3:2007",
        ("PRPA_IN201305UV02", "PRPA_IN201305UV02", _ANSWERED),
        ("QUQI_IN000003UV01_Continue", "QUQI_IN000003UV01", _ANSWERED),
        ("QUQI_IN000003UV01_Cancel", "QUQI_IN000003UV01_Cancel", _DONE),
    ),
    "/PIXManager": _hl7(
        "PIXManager",
        "urn:ihe:iti:pixv3:2007",
        *((name, name, _DONE) for name in ("PRPA_IN201301UV02", "PRPA_IN201302UV02", "PRPA_IN201304UV02")),
    ),
}
