"""The types of CadsusService and AuditoriaCadsusService v5r0, as far as they are read and filled: of their WSDL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry.models.tables import TransactionKind

SPACE = "http://servicos.saude.gov.br/cadsus/v5r0/cadsusservice"
AUDIT_SPACE = "http://servicos.saude.gov.br/cadsus/v5r0/auditoriacadsusservice"
_BASE = "http://servicos.saude.gov.br"
_CORPORATE, _MESSAGES = f"{_BASE}/schema/corporativo", f"{_BASE}/wsdl/mensageria/v5r0"
_MESSAGES_OF_FAULTS = f"{_BASE}/wsdl/mensageria/falha/v5r0"
_AUDITED = f"{_BASE}/wsdl/cadsus/auditoria/v5r0"
SPACES: Mapping[str, str] = {
    "cad": SPACE,
    "aud": AUDIT_SPACE,
    "tra": f"{_AUDITED}/transacaoauditoria",
    "tip": f"{_AUDITED}/tipotransacao",
    "vin": f"{_AUDITED}/usuariosusvinculado",
    "aus": f"{_MESSAGES}/usuariosusauditoria",
    "imp": f"{_MESSAGES}/resultadohistoricoimpressao",
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
    "cnes": f"{_MESSAGES}/cnesusuario",
    "fil": f"{_MESSAGES}/filtropesquisa",
    "nom1": f"{_CORPORATE}/pessoafisica/v1r0/nomefamilia",
    "msf": f"{_MESSAGES_OF_FAULTS}/msfalha",
    "men": f"{_MESSAGES_OF_FAULTS}/mensagem",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """What a schema declares: a type by its parts (see cadsus.api.wsdl) or choices; an element by its kind or parts."""

    name: str
    parts: tuple[str, ...] = ()
    kind: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_type(self) -> bool:
        return self.name.endswith("Type")


_WHO = "cnes:CNESUsuario"
# What both services speak of. By the prefix of their namespace; "ns18" is "res" under the name that its children bear.
_COMMON: Mapping[str, tuple[Declared, ...]] = {
    "cnes": (
        Declared("CNESUsuarioType", ("CNES xs:string", "Usuario xs:string", "Senha xs:string ?")),
        Declared("CNESUsuario", kind="cnes:CNESUsuarioType"),
    ),
    "ns6": (
        Declared("CartoesType", ("CNS ns4:CNSType +",)),
        Declared("EnderecoType", ("nomeLogradouro xs:string ?", "*")),
        Declared("EnderecosType", ("Endereco ns6:EnderecoType +",)),
        Declared("TelefoneType", ("numeroTelefone xs:string ?", "*")),
        Declared("TelefonesType", ("Telefone ns6:TelefoneType +",)),
        Declared("EmailsType", ("*",)),
        Declared(
            "UsuarioSUSType",
            (
                "Cartoes ns6:CartoesType ?",
                "CPF ns5:CPFType ?",
                "NomeCompleto ns11:NomeCompletoType ?",
                "NomeSocial xs:string ?",
                "dataNascimento xs:date ?",
                "Mae ns11:NomeCompletoType ?",
                "Pai ns11:NomeCompletoType ?",
                "dataObito xs:date ?",
                "Sexo ns19:SexoType ?",
                "RacaCor ns7:RacaCorType ?",
                "MunicipioNascimento ns15:MunicipioType ?",
                "Enderecos ns6:EnderecosType ?",
                "Telefones ns6:TelefonesType ?",
                "Emails ns6:EmailsType ?",
                "IdentificadorCorporativo ns2:IdentificadorCorporativoType ?",
                "GrauQualidade ns21:GrauQualidadeType ?",
                "Situacao xs:boolean ?",
                "Vip xs:boolean ?",
                "protecaoTestemunha xs:boolean ?",
                "vivo xs:boolean ?",
            ),
        ),
        Declared("UsuarioSUS", kind="ns6:UsuarioSUSType"),
    ),
    "ns4": (
        Declared("CNSType", ("numeroCNS xs:string", "tipoCartao xs:string ?")),
        Declared("CNS", kind="ns4:CNSType"),
    ),
    "ns21": (
        Declared("GrauQualidadeType", ("percentualQualidade xs:string",)),
        Declared("GrauQualidade", kind="ns21:GrauQualidadeType"),
    ),
    "ns11": (Declared("NomeCompletoType", ("Nome xs:string",)),),
    "nom1": (Declared("NomeFamiliaType", ("nomeFamilia xs:string ?",)),),
    "ns5": (Declared("CPFType", ("numeroCPF xs:string",)),),
    "ns2": (
        Declared("IdentificadorCorporativoType", ("numeroIdentificadorCorporativo xs:string",)),
        Declared("IdentificadorCorporativo", kind="ns2:IdentificadorCorporativoType"),
    ),
    "ns7": (Declared("RacaCorType", ("codigoRacaCor xs:string ?",)),),
    "ns15": (
        Declared("MunicipioType", ("codigoMunicipio xs:string ?", "nomeMunicipio xs:string ?", "UF ns16:UFType ?")),
    ),
    "ns16": (Declared("UFType", ("codigoUF xs:string ?", "siglaUF xs:string ?")),),
    "ns19": (Declared("SexoType", ("codigoSexo xs:string ?",)),),
    "ns20": (Declared("PaisType", ("codigoPais xs:string ?",)),),
    "msf": (
        Declared("MensagemType", ("men:codigo", "men:descricao")),
        Declared("MSFalha", ("Mensagem msf:MensagemType",)),
    ),
    "men": (Declared("codigo", kind="xs:string"), Declared("descricao", kind="xs:string")),
}

# CadsusService.
DESCRIBED: Mapping[str, tuple[Declared, ...]] = {
    "cad": (
        Declared("requestPesquisar", (_WHO, "fil:FiltroPesquisa", "higienizar xs:boolean ?")),
        Declared("responsePesquisar", ("res:ResultadoPesquisa +",)),
        Declared("requestConsultar", (_WHO, "ns4:CNS")),
        Declared("responseConsultar", ("ns6:UsuarioSUS ?",)),
        Declared("requestCalcularGrauDeQualidade", (_WHO, "ns6:UsuarioSUS")),
        Declared("responseCalcularGrauDeQualidade", ("ns21:GrauQualidade",)),
        # Not simulated: whatever is sent, the answer is a Fault.
        *(
            Declared(f"{way}{name}", ("*",))
            for name in ("Incluir", "Atualizar", "AlterarSituacao")
            for way in ("request", "response")
        ),
    ),
    "fil": (
        Declared("TipoPesquisaType", choices=("IDENTICA", "APROXIMADA", "FONETICA")),
        Declared(
            "FiltroPesquisa",
            (
                "nomeCompleto ns11:NomeCompletoType ?",
                "nomeSocial xs:string ?",
                "nomeFamilia nom1:NomeFamiliaType ?",
                "dataNascimento xs:date ?",
                "Mae ns11:NomeCompletoType ?",
                "Pai ns11:NomeCompletoType ?",
                "CPF ns5:CPFType ?",
                "MunicipioNascimento ns15:MunicipioType ?",
                "numeroDocumento xs:string ?",
                "tipoPesquisa fil:TipoPesquisaType",
                "situacao xs:boolean ?",
            ),
        ),
    ),
    "res": (
        Declared(
            "ResultadoPesquisa",
            (
                "CNS ns4:CNSType ?",
                "NomeCompleto ns11:NomeCompletoType ?",
                "NomeSocial xs:string ?",
                "dataNascimento xs:date ?",
                "Mae ns11:NomeCompletoType ?",
                "Pai ns11:NomeCompletoType ?",
                "Sexo ns19:SexoType ?",
                "MunicipioNascimento ns15:MunicipioType ?",
                "PaisNascimento ns20:PaisType ?",
                "MunicipioResidencia ns15:MunicipioType ?",
                "GrauQualidade ns21:GrauQualidadeType ?",
                "scorePesquisa xs:integer ?",
                "IdentificadorCorporativo ns2:IdentificadorCorporativoType ?",
                "Situacao xs:boolean ?",
            ),
        ),
    ),
    **_COMMON,
}

# AuditoriaCadsusService.
_RECORD, _CARD, _ID = "ns2:IdentificadorCorporativo", "ns4:CNS", "identificadorTransacao xs:string"
AUDIT_DESCRIBED: Mapping[str, tuple[Declared, ...]] = {
    "aud": (
        Declared("requestObterHistoricoTransacoesUsuarioSUS", (_WHO, _RECORD)),
        Declared("responseObterHistoricoTransacoesUsuarioSUS", ("tra:TransacaoAuditoria +",)),
        Declared("requestObterUltimaDataAlteracaoUsuarioSUS", (_WHO, _CARD)),
        Declared("responseObterUltimaDataAlteracaoUsuarioSUS", ("dataHoraUltimaModificacao xs:dateTime",)),
        Declared("requestObterCamposAlteradosPorTransacao", (_WHO, _ID)),
        Declared("responseObterCamposAlteradosPorTransacao", ("aus:UsuarioSUSAuditoria", _WHO)),
        Declared("requestObterHistoricoUnificacaoUsuarioSUS", (_WHO, _RECORD)),
        Declared("responseObterHistoricoUnificacaoUsuarioSUS", ("vin:UsuarioSUSVinculado +",)),
        Declared("requestObterHistoricoImpressao", (_WHO, _CARD)),
        Declared("responseObterHistoricoImpressao", ("imp:ResultadoHistoricoImpressao",)),
    ),
    "tra": (Declared("TransacaoAuditoria", ("dataHoraTransacao xs:dateTime", _ID, _WHO, "tip:TipoTransacao ?")),),
    "tip": (
        Declared("TipoTransacaoType", choices=tuple(TransactionKind.values)),
        Declared("TipoTransacao", kind="tip:TipoTransacaoType"),
    ),
    "vin": (Declared("UsuarioSUSVinculado", (_ID, "ns6:UsuarioSUS")),),
    "aus": (
        Declared(
            "UsuarioSUSAuditoria", ("UsuarioSUSAtual ns6:UsuarioSUSType", "UsuarioSUSAntigo ns6:UsuarioSUSType ?")
        ),
    ),
    # No card is printed here: whatever an event would hold.
    "imp": (Declared("ResultadoHistoricoImpressao", ("*",)),),
    **_COMMON,
}
