"""The messages of CadsusService v5r0: what is read of a request, and how a record is written.

Requests are read by local names below the operation, because the clients differ in the inner namespaces. Answers are
written with the prefixes that the service is known to write, each element declaring its own: some clients read by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree

from cadsus.api import soap
from cadsus.api.hl7 import digits, text_of
from cadsus.api.replies import esc
from cadsus.services.wire import Found
from common.exceptions import RuleBroken
from common.folding import fold
from interop.refusals import Format
from registry import keys, quality
from registry.models.tables import CnsKind, Race, Sex
from registry.search import Criteria, SearchKind
from territory.models import Municipality

SPACE = "http://servicos.saude.gov.br/cadsus/v5r0/cadsusservice"
_BASE = "http://servicos.saude.gov.br"
_CORPORATE, _MESSAGES = f"{_BASE}/schema/corporativo", f"{_BASE}/wsdl/mensageria/v5r0"
SPACES: Mapping[str, str] = {
    "cad": SPACE,
    "res": f"{_MESSAGES}/resultadopesquisa",
    "ns2": f"{_BASE}/schema/cadsus/v5r0/identificadorcorporativo",
    "ns4": f"{_BASE}/schema/cadsus/v5r0/cns",
    "ns5": f"{_CORPORATE}/documento/v1r2/cpf",
    "ns6": f"{_BASE}/schema/cadsus/v5r0/usuariosus",
    "ns7": f"{_CORPORATE}/pessoafisica/v1r2/racacor",
    "ns11": f"{_CORPORATE}/pessoafisica/v1r2/nomecompleto",
    "ns15": f"{_CORPORATE}/v1r2/municipio",
    "ns16": f"{_CORPORATE}/v1r1/uf",
    "ns18": f"{_MESSAGES}/resultadopesquisa",
    "ns19": f"{_CORPORATE}/pessoafisica/v1r1/sexo",
    "ns20": f"{_CORPORATE}/v1r2/pais",
    "ns21": f"{_BASE}/schema/cadsus/v5r0/grauqualidade",
}
# What each operation cannot do without, in the order in which it is looked for.
STRUCTURE: Mapping[str, tuple[str, ...]] = {
    "requestPesquisar": ("CNESUsuario/CNES", "CNESUsuario/Usuario", "FiltroPesquisa", "FiltroPesquisa/tipoPesquisa"),
    "requestConsultar": ("CNESUsuario/CNES", "CNESUsuario/Usuario", "CNS/numeroCNS"),
    "requestCalcularGrauDeQualidade": ("CNESUsuario/CNES", "CNESUsuario/Usuario", "UsuarioSUS"),
}
KINDS: Mapping[str, str] = {
    "IDENTICA": SearchKind.IDENTICAL,
    "APROXIMADA": SearchKind.APPROXIMATE,
    "FONETICA": SearchKind.PHONETIC,
}
MISSING = "Falta {path}."
BAD_KIND = f"tipoPesquisa é {', '.join(KINDS)}."
BAD_DATE = "Data inválida: use AAAA-MM-DD."
# What a record has, by the labels of its quality (registry.quality), and where a request says it.
_ITEMS: Mapping[str, tuple[str, ...]] = {
    "CPF": ("CPF/numeroCPF",),
    "CNS definitivo": ("Cartoes/CNS/numeroCNS",),
    "Nome": ("NomeCompleto/Nome",),
    "Nome da mãe": ("Mae/Nome",),
    "Data de nascimento": ("dataNascimento",),
    "Endereço": ("Enderecos/Endereco/nomeLogradouro",),
    "Nome do pai": ("Pai/Nome",),
    "Sexo": ("Sexo/codigoSexo",),
    "Raça/cor": ("RacaCor/codigoRacaCor",),
    "Município de nascimento": ("MunicipioNascimento/codigoMunicipio",),
    "Telefone": ("Telefones/Telefone/numeroTelefone",),
    "E-mail": ("Emails/Email", "Emails/Email/descricaoEmail"),
}


class Unreadable(RuleBroken):
    """A request that is not as its operation needs it; `explanation` says where."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="invalid_request")
        self.explanation = message


@dataclass(frozen=True, slots=True)
class Filter:
    """What «pesquisar» asks for (FiltroPesquisa). `document` is another one than the CPF."""

    criteria: Criteria
    kind: str
    cpf: str
    document: str
    social_name: str
    family: str
    father: str
    is_active: bool | None

    def fits(self, one: Found) -> bool:
        """Whether a record is also as the rest of the filter says."""
        birth, active = self.criteria.birth_date, self.is_active
        return all(
            (
                not self.cpf or birth in (None, one.birth_date),
                active in (None, one.is_active),
                not self.social_name or fold(self.social_name) == fold(one.social_name),
                not self.father or fold(self.father) == fold(one.father),
                not self.family or fold(one.name).endswith(f" {fold(self.family)}"),
            )
        )


def require_structure(message: etree._Element) -> None:
    """Raise Unreadable for the first element of the table that is missing or empty."""
    for path in STRUCTURE[etree.QName(message).localname]:
        element = find(message, path)
        if element is None or not (len(element) or text_of(element)):
            raise Unreadable(MISSING.format(path=path))


def filter_of(message: etree._Element) -> Filter:
    """The filter of a complete request. Raises Unreadable for a date or a kind that is none."""
    asked = find(message, "FiltroPesquisa")

    def said(path: str) -> str:
        return text_of(find(asked, path))[:70]

    kind = KINDS.get(said("tipoPesquisa").upper())
    if kind is None:
        raise Unreadable(BAD_KIND)
    situation = said("situacao").lower()
    return Filter(
        criteria=Criteria(
            name=said("nomeCompleto/Nome"),
            mother=said("Mae/Nome"),
            birth_date=_day(said("dataNascimento")),
            birth_city=_municipality(digits(said("MunicipioNascimento/codigoMunicipio"))),
        ),
        kind=kind,
        cpf=digits(said("CPF/numeroCPF")),
        document=said("numeroDocumento"),
        social_name=said("nomeSocial"),
        family=said("nomeFamilia/nomeFamilia") or said("nomeFamilia"),
        father=said("Pai/Nome"),
        is_active=situation in ("true", "1") if situation in ("true", "1", "false", "0") else None,
    )


def cns_of(message: etree._Element) -> str:
    return digits(text_of(find(message, "CNS/numeroCNS")))


def quality_of(message: etree._Element) -> int:
    """How complete the record is that a request brings, from 0 to 100."""
    record = find(message, "UsuarioSUS")
    said = {
        label: next(filter(None, (text_of(find(record, path)) for path in paths)), "")
        for label, paths in _ITEMS.items()
    }
    return quality.points({label for label, text in said.items() if _is_known(text)})


def find(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first element down a path of local names, of whatever namespaces."""
    for name in path.split("/"):
        if element is None:
            return None
        element = element.find(f"{{*}}{name}")
    return element


def wrap(message: str, speaks: Format) -> bytes:
    """A message in the envelope, with both prefixes that the service writes."""
    space = soap.SOAP_11 if speaks is Format.SOAP_11 else soap.SOAP_12
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{space}"><soap:Header/>'
        f'<S:Body xmlns:S="{space}">{message}</S:Body></soap:Envelope>'
    ).encode()


def searched(records: list[Found]) -> str:
    """responsePesquisar: each record found; nobody is an answer without any."""
    cities = _cities(records)
    return _in("cad", "responsePesquisar", "".join(_result(record, cities) for record in records))


def consulted(record: Found) -> str:
    """responseConsultar: one record, with what the simulator has of it."""
    return _in("cad", "responseConsultar", _in("ns6", "UsuarioSUS", "".join(_user(record, _cities([record])))))


def calculated(degree: int) -> str:
    """responseCalcularGrauDeQualidade."""
    return _in("cad", "responseCalcularGrauDeQualidade", _in("ns21", "GrauQualidade", _degree(degree)))


def _result(record: Found, cities: Mapping[str, Municipality]) -> str:
    home = record.home or {}
    parts = (
        ("CNS", _cns(_principal(record))),
        ("NomeCompleto", _name(record.name)),
        ("NomeSocial", esc(record.social_name)),
        ("dataNascimento", record.birth_date.isoformat()),
        ("Mae", _name(record.mother)),
        ("Pai", _name(record.father)),
        ("Sexo", _leaf("ns19", "codigoSexo", record.sex)),
        ("MunicipioNascimento", _city(record.birth_city, cities)),
        ("PaisNascimento", _leaf("ns20", "codigoPais", record.birth_country)),
        ("MunicipioResidencia", _city(home.get("city"), cities)),
        ("GrauQualidade", _degree(_quality(record))),
        ("scorePesquisa", str(record.score)),
        ("IdentificadorCorporativo", _leaf("ns2", "numeroIdentificadorCorporativo", _number(record))),
        ("Situacao", _bool(record.is_active)),
    )
    return _in("res", "ResultadoPesquisa", "".join(_in("ns18", name, inside) for name, inside in parts if inside))


def _user(record: Found, cities: Mapping[str, Municipality]) -> Iterator[str]:
    """The elements of UsuarioSUS, in the order of its type."""
    cards = "".join(_in("ns6", "CNS", _cns(each)) for each in record.numbers)
    parts = (
        ("Cartoes", cards),
        ("CPF", _leaf("ns5", "numeroCPF", record.cpf)),
        ("NomeCompleto", _name(record.name)),
        ("NomeSocial", esc(record.social_name)),
        ("dataNascimento", record.birth_date.isoformat()),
        ("Mae", _name(record.mother)),
        ("Pai", _name(record.father)),
        ("dataObito", record.deceased_on.isoformat() if record.deceased_on else ""),
        ("Sexo", _leaf("ns19", "codigoSexo", record.sex)),
        ("RacaCor", _leaf("ns7", "codigoRacaCor", record.race)),
        ("MunicipioNascimento", _city(record.birth_city, cities)),
        ("IdentificadorCorporativo", _leaf("ns2", "numeroIdentificadorCorporativo", _number(record))),
        ("GrauQualidade", _degree(_quality(record))),
        ("Situacao", _bool(record.is_active)),
        ("Vip", _bool(record.is_vip)),
        ("protecaoTestemunha", _bool(record.is_protected)),
        ("vivo", _bool(record.deceased_on is None)),
    )
    yield from (_in("ns6", name, inside) for name, inside in parts if inside)


def _in(prefix: str, name: str, inside: str) -> str:
    return f'<{prefix}:{name} xmlns:{prefix}="{SPACES[prefix]}">{inside}</{prefix}:{name}>'


def _leaf(prefix: str, name: str, text: str | None) -> str:
    return _in(prefix, name, esc(text)) if text else ""


def _name(name: str) -> str:
    return _leaf("ns11", "Nome", name)


def _cns(number: str) -> str:
    """A number with its kind before it, as the registry tells it."""
    if not number:
        return ""
    kind = _leaf("ns4", "tipoCartao", number[0] if number[0] in CnsKind.values else "")
    return _leaf("ns4", "numeroCNS", number[1:]) + kind


def _principal(record: Found) -> str:
    """The definitive number; without one, the first there is."""
    return next((each for each in record.numbers if each[0] == CnsKind.DEFINITIVE), next(iter(record.numbers), ""))


def _city(pk: str | None, cities: Mapping[str, Municipality]) -> str:
    city = cities.get(pk or "")
    if city is None:
        return ""
    uf = _leaf("ns16", "codigoUF", city.uf.ibge) + _leaf("ns16", "siglaUF", city.uf.acronym)
    return (
        _leaf("ns15", "codigoMunicipio", city.pk[:6])
        + _leaf("ns15", "nomeMunicipio", city.name)
        + _in("ns15", "UF", uf)
    )


def _cities(records: list[Found]) -> dict[str, Municipality]:
    """Every municipality that the records name, in one query."""
    named = {pk for each in records for pk in (each.birth_city, (each.home or {}).get("city")) if pk}
    return Municipality.objects.select_related("uf").in_bulk(named) if named else {}


def _degree(degree: int) -> str:
    return _leaf("ns21", "percentualQualidade", str(degree))


def _number(record: Found) -> str:
    return str(record.person_id % 10**10)


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _quality(record: Found) -> int:
    has_definitive = any(each[0] == CnsKind.DEFINITIVE for each in record.numbers)
    said = {
        "CPF": record.cpf or "",
        "CNS definitivo": "sim" if has_definitive else "",
        "Nome": record.name,
        "Nome da mãe": record.mother,
        "Data de nascimento": "sim",
        "Endereço": "sim" if record.home else "",
        "Nome do pai": record.father,
        "Sexo": record.sex,
        "Raça/cor": record.race,
        "Município de nascimento": record.birth_city or "",
        "Telefone": record.phone,
        "E-mail": record.email,
    }
    return quality.points({label for label, text in said.items() if _is_known(text)})


def _is_known(text: str) -> bool:
    return not keys.is_unknown(text) and text not in (Sex.UNKNOWN, Race.UNKNOWN)


def _municipality(code: str) -> str:
    """The seven-digit code of the IBGE, of which the CADSUS writes six; what is none stays as it is."""
    city = Municipality.objects.filter(pk__startswith=code[:6]).first() if len(code) in (6, 7) else None
    return city.pk if city else code


def _day(said: str) -> date | None:
    """Ten characters, with or without an hour or a zone after them."""
    if not said:
        return None
    try:
        return date.fromisoformat(said[:10])
    except ValueError as error:
        raise Unreadable(BAD_DATE) from error
