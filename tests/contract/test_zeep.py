"""The SOAP services through zeep, a client that knows of them only what their WSDL says."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from lxml import etree
from zeep import Client
from zeep.exceptions import Fault
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

from cadsus.api import oids
from cadsus.api.pix import REVISE
from registry import quality, snapshot
from registry.models import Person, Transaction
from rnds.models import Credential
from rnds.services import systems
from tests.actors import acting
from tests.cadsus import wire
from tests.cadsus.pix import merging, record
from tests.clock import now
from tests.contract.conftest import ClientFiles
from tests.factories import make_municipality

WHO = {"CNES": "6963447", "Usuario": "LEONARDO"}


@pytest.fixture
def user(client: ClientFiles) -> UsernameToken:
    """A user of «Acesso de sistemas», in the header that zeep writes."""
    credential = Credential.objects.get()
    owner = acting(credential.request.requested_by)
    access, password = systems.create_access(credential_id=credential.pk, username="zeep", by=owner, at=now())
    return UsernameToken(access.username, password)  # type: ignore[no-untyped-call] # zeep has no types


def described(client: ClientFiles, path: str, *, shown: str = "", **given: Any) -> Client:
    """A client made of the WSDL at that address."""
    session = requests.Session()
    # Otherwise a bundle of the machine comes before the one below.
    session.trust_env = False
    session.verify = str(client.folder / "ca.pem")
    if shown:
        session.headers["Authorization"] = f"jwt {shown}"
    address = f"{client.token_url.replace('/api/token', path)}?wsdl"
    transport = Transport(session=session, timeout=30, operation_timeout=30)  # type: ignore[no-untyped-call] # no types
    return Client(address, transport=transport, **given)  # type: ignore[no-untyped-call] # no types


def test_the_older_service_by_its_wsdl(client: ClientFiles, user: UsernameToken) -> None:
    person = wire.make_known(father="JOSÉ EXEMPLO")
    service = described(client, "/cadsus/CadsusService/v5r0", wsse=user).service
    found = service.pesquisar(
        CNESUsuario=WHO,
        FiltroPesquisa={"CPF": {"numeroCPF": person.cpf}, "tipoPesquisa": "IDENTICA"},
        higienizar=False,
    )
    told = found[0]
    assert (told.CNS.numeroCNS, told.NomeCompleto.Nome, told.dataNascimento) == (
        person.cns,
        person.name,
        person.birth_date,
    )
    assert (told.MunicipioNascimento.codigoMunicipio, told.MunicipioNascimento.UF.siglaUF) == ("355030", "SP")
    whole = service.consultar(CNESUsuario=WHO, CNS={"numeroCNS": person.cns})
    assert (whole.CPF.numeroCPF, whole.vivo, len(whole.Cartoes.CNS)) == (person.cpf, True, 2)
    degree = service.calcularGrauDeQualidade(CNESUsuario=WHO, UsuarioSUS={"CPF": {"numeroCPF": person.cpf}})
    # zeep hands over what stands alone without what it stands in.
    assert degree == str(quality.points({"CPF"}))
    with pytest.raises(Fault, match="não simulada"):
        service.incluir()


def test_the_history_of_a_record_by_its_wsdl(client: ClientFiles, user: UsernameToken) -> None:
    person = wire.make_known()
    after = snapshot.take([person.pk])[person.pk]
    done = Transaction.objects.create(kind="ADICIONADO", at=now(), person=person, routine="RNDS 12", after=after)
    service = described(client, "/cadsus/AuditoriaCadsusService/v5r0", wsse=user).service
    number = {"numeroIdentificadorCorporativo": str(person.pk)}
    (told,) = service.obterHistoricoTransacoesUsuarioSUS(CNESUsuario=WHO, IdentificadorCorporativo=number)
    assert (told.identificadorTransacao, told.TipoTransacao) == (str(done.pk), "ADICIONADO")
    last = service.obterUltimaDataAlteracaoUsuarioSUS(CNESUsuario=WHO, CNS={"numeroCNS": person.cns})
    assert last == done.at.replace(microsecond=0)
    change = service.obterCamposAlteradosPorTransacao(CNESUsuario=WHO, identificadorTransacao=str(done.pk))
    assert change.UsuarioSUSAuditoria.UsuarioSUSAtual.NomeCompleto.Nome == person.name
    assert service.obterHistoricoUnificacaoUsuarioSUS(CNESUsuario=WHO, IdentificadorCorporativo=number) == []
    service.obterHistoricoImpressao(CNESUsuario=WHO, CNS={"numeroCNS": person.cns})


def test_the_pdq_by_its_wsdl(client: ClientFiles, user: UsernameToken) -> None:
    person = wire.make_known()
    service = described(client, "/cadsus/PDQSupplier", wsse=user).service
    answer = service.PDQSupplier_PRPA_IN201305UV02(_value_1=parts_of(wire.query(wire.by_id(str(person.cpf)))))
    given = f"{{{oids.HL7}}}patientPerson/{{{oids.HL7}}}name/{{{oids.HL7}}}given"
    names = [each.text for part in answer._value_1 for each in part.iterfind(f".//{given}")]
    assert names[0] == person.name


def test_the_pix_by_its_wsdl(client: ClientFiles, user: UsernameToken) -> None:
    """Added, found by the PDQ, and a merge of nobody refused in the words of the service."""
    make_municipality()
    pix = described(client, "/cadsus/PIXManager", wsse=user).service
    acknowledged = pix.PIXManager_PRPA_IN201301UV02(_value_1=parts_of(record(cpf="11144477735")))._value_1
    assert kind_of(acknowledged) == "CA"
    (person,) = Person.objects.filter(cpf="11144477735")
    pdq = described(client, "/cadsus/PDQSupplier", wsse=user).service
    answer = pdq.PDQSupplier_PRPA_IN201305UV02(_value_1=parts_of(wire.query(wire.by_id("11144477735"))))
    given = f"{{{oids.HL7}}}patientPerson/{{{oids.HL7}}}name/{{{oids.HL7}}}given"
    names = [each.text for part in answer._value_1 for each in part.iterfind(f".//{given}")]
    assert names[0] == person.name
    assert (
        kind_of(
            pix.PIXManager_PRPA_IN201302UV02(_value_1=parts_of(record(operation=REVISE, cpf="11144477735")))._value_1
        )
        == "CA"
    )
    merged = pix.PIXManager_PRPA_IN201304UV02(
        _value_1=parts_of(merging((oids.CPF, "11144477735"), (oids.CNS, "898000000000010")))
    )
    assert kind_of(merged._value_1) == "CE"


def parts_of(message: str) -> list[Any]:
    return list(etree.fromstring(message))


def kind_of(parts: list[Any]) -> str:
    """What an acknowledgement says: CA or CE."""
    code = f".//{{{oids.HL7}}}typeCode"
    (acknowledgement,) = (part for part in parts if etree.QName(part).localname == "acknowledgement")
    return str(acknowledgement.find(code).get("code"))


def test_a_refused_user_is_a_fault_that_zeep_reads(client: ClientFiles) -> None:
    nobody = UsernameToken("ninguem", "errada")  # type: ignore[no-untyped-call] # zeep has no types
    service = described(client, "/cadsus/CadsusService/v5r0", wsse=nobody).service
    with pytest.raises(Fault, match="credenciais informadas"):
        service.consultar(CNESUsuario=WHO, CNS={"numeroCNS": "898001160366001"})
