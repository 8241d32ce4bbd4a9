"""Writing the answers of CadsusService v5r0, in the order of its types.

With the prefixes that the service is known to write, each element declaring its own: some clients read by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from cadsus.api import soap
from cadsus.api.replies import esc
from cadsus.api.v5r0 import is_known
from cadsus.api.v5r0_types import SPACES
from cadsus.services import wire
from cadsus.services.auditing import Change, Linked
from cadsus.services.wire import Found
from common.legal_time import BRASILIA
from interop.refusals import Format
from registry import quality
from registry.models import Transaction
from registry.models.tables import CnsKind
from territory.models import Municipality


def wrap(message: str, speaks: Format) -> bytes:
    """A message in the envelope, with both prefixes that the service writes."""
    space = soap.SOAP_11 if speaks is Format.SOAP_11 else soap.SOAP_12
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{space}"><soap:Header/>'
        f'<S:Body xmlns:S="{space}">{message}</S:Body></soap:Envelope>'
    ).encode()


def searched(records: list[Found]) -> str:
    """responsePesquisar: each record found; nobody is an answer without any."""
    cities = wire.municipalities(records)
    return _in("cad", "responsePesquisar", "".join(_result(record, cities) for record in records))


def consulted(record: Found) -> str:
    """responseConsultar: one record, with what the simulator has of it."""
    return _in(
        "cad", "responseConsultar", _in("ns6", "UsuarioSUS", "".join(_user(record, wire.municipalities([record]))))
    )


def calculated(degree: int) -> str:
    """responseCalcularGrauDeQualidade."""
    return _in("cad", "responseCalcularGrauDeQualidade", _in("ns21", "GrauQualidade", _degree(degree)))


def transactions(done: Sequence[Transaction]) -> str:
    """responseObterHistoricoTransacoesUsuarioSUS."""
    return _in("aud", "responseObterHistoricoTransacoesUsuarioSUS", "".join(map(_transaction, done)))


def last_change(at: datetime) -> str:
    """responseObterUltimaDataAlteracaoUsuarioSUS."""
    inside = _leaf("aud", "dataHoraUltimaModificacao", _instant(at))
    return _in("aud", "responseObterUltimaDataAlteracaoUsuarioSUS", inside)


def change(one: Change) -> str:
    """responseObterCamposAlteradosPorTransacao: the record after the transaction, and before it."""
    sides = [("UsuarioSUSAtual", one.after)] + ([("UsuarioSUSAntigo", one.before)] if one.before else [])
    cities = wire.municipalities([record for _, record in sides])
    told = "".join(_in("aus", name, "".join(_user(record, cities))) for name, record in sides)
    return _in(
        "aud",
        "responseObterCamposAlteradosPorTransacao",
        _in("aus", "UsuarioSUSAuditoria", told) + _who(one.transaction),
    )


def unifications(linked: Sequence[Linked]) -> str:
    """responseObterHistoricoUnificacaoUsuarioSUS: each record with the transaction that linked it."""
    cities = wire.municipalities([each.record for each in linked])
    told = (
        _leaf("vin", "identificadorTransacao", str(each.transaction.pk))
        + _in("ns6", "UsuarioSUS", "".join(_user(each.record, cities)))
        for each in linked
    )
    inside = "".join(_in("vin", "UsuarioSUSVinculado", one) for one in told)
    return _in("aud", "responseObterHistoricoUnificacaoUsuarioSUS", inside)


def no_printings() -> str:
    """responseObterHistoricoImpressao, without any."""
    return _in("aud", "responseObterHistoricoImpressao", _in("imp", "ResultadoHistoricoImpressao", ""))


def _transaction(one: Transaction) -> str:
    inside = (
        _leaf("tra", "dataHoraTransacao", _instant(one.at))
        + _leaf("tra", "identificadorTransacao", str(one.pk))
        + _who(one)
        + _leaf("tip", "TipoTransacao", one.kind)
    )
    return _in("tra", "TransacaoAuditoria", inside)


def _who(one: Transaction) -> str:
    """By which unit and by whom; a routine has no unit, and an operator's document is nobody's business."""
    name = one.operator.name if one.operator else one.routine
    inside = _in("cnes", "CNES", one.establishment_id or "") + _in("cnes", "Usuario", esc(name))
    return _in("cnes", "CNESUsuario", inside)


def _instant(at: datetime) -> str:
    return at.astimezone(BRASILIA).isoformat(timespec="seconds")


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
    return quality.points({label for label, text in said.items() if is_known(text)})
