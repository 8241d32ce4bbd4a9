"""Reading a request of CadsusService v5r0: by local names below the operation, whatever the inner namespaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree

from cadsus.api.hl7 import digits, text_of
from cadsus.services.wire import Found
from common.exceptions import RuleBroken
from common.folding import fold
from registry import keys, quality
from registry.models.tables import Race, Sex
from registry.search import Criteria, SearchKind

# What each operation cannot do without, in the order in which it is looked for.
STRUCTURE: Mapping[str, tuple[str, ...]] = {
    "requestPesquisar": ("CNESUsuario/CNES", "CNESUsuario/Usuario", "FiltroPesquisa", "FiltroPesquisa/tipoPesquisa"),
    "requestConsultar": ("CNESUsuario/CNES", "CNESUsuario/Usuario", "CNS/numeroCNS"),
    "requestCalcularGrauDeQualidade": ("CNESUsuario/CNES", "CNESUsuario/Usuario", "UsuarioSUS"),
    **{
        f"requestObter{name}UsuarioSUS": (
            "CNESUsuario/CNES",
            "CNESUsuario/Usuario",
            "IdentificadorCorporativo/numeroIdentificadorCorporativo",
        )
        for name in ("HistoricoTransacoes", "HistoricoUnificacao")
    },
    **{
        f"requestObter{name}": ("CNESUsuario/CNES", "CNESUsuario/Usuario", "CNS/numeroCNS")
        for name in ("UltimaDataAlteracaoUsuarioSUS", "HistoricoImpressao")
    },
    "requestObterCamposAlteradosPorTransacao": (
        "CNESUsuario/CNES",
        "CNESUsuario/Usuario",
        "identificadorTransacao",
    ),
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
            birth_city=digits(said("MunicipioNascimento/codigoMunicipio"))[:6],
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


def record_of(message: etree._Element) -> int:
    """The record that is asked for, 0 for what is no number of one."""
    return int(digits(text_of(find(message, "IdentificadorCorporativo/numeroIdentificadorCorporativo")))[:18] or 0)


def transaction_of(message: etree._Element) -> int:
    return int(digits(text_of(find(message, "identificadorTransacao")))[:18] or 0)


def quality_of(message: etree._Element) -> int:
    """How complete the record is that a request brings, from 0 to 100."""
    record = find(message, "UsuarioSUS")
    said = {
        label: next(filter(None, (text_of(find(record, path)) for path in paths)), "")
        for label, paths in _ITEMS.items()
    }
    return quality.points({label for label, text in said.items() if is_known(text)})


def find(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first element down a path of local names, of whatever namespaces."""
    for name in path.split("/"):
        if element is None:
            return None
        element = element.find(f"{{*}}{name}")
    return element


def is_known(text: str) -> bool:
    return not keys.is_unknown(text) and text not in (Sex.UNKNOWN, Race.UNKNOWN)


def _day(said: str) -> date | None:
    """Ten characters, with or without an hour or a zone after them."""
    if not said:
        return None
    try:
        return date.fromisoformat(said[:10])
    except ValueError as error:
        raise Unreadable(BAD_DATE) from error
