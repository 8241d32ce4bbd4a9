"""The switches of a room (interruptores): what a class or a test changes in the simulator without touching the code.

`now()` is the only reading, anywhere. Each switch begins with what the environment says for the whole installation; a
room may keep another value, which the edge that enters the room puts in force.
"""

# ruff: noqa: RUF009 -- _switch is a dataclass field under a shorter name

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time
from typing import Any, TypeVar

from django.conf import settings

from common import clock
from common.held import holding
from common.legal_time import BRASILIA
from common.switch_choices import (
    Answers,
    CadsusRules,
    CadsusScenario,
    CerPolicy,
    Environment,
    ErrorMode,
    Homologation24h,
    ReviewMode,
    WithoutCredential,
)
from common.switch_words import Choice, Kind, OfDay, OneOf, OnOff, OnOffUntil, Whole

_T = TypeVar("_T")
UNKNOWN_VALUE = "{variable}={given!r} não existe. Valores: {values}."
LONGEST_VALUE = 40


class Group(Choice):
    """What a switch is about: the headings of the page."""

    ANSWERS = "answers", "Quem responde"
    CREDENTIALING = "credentialing", "Regras do credenciamento"
    TOKEN_SERVICE = "token", "Serviço de token (/api/token)"
    DELIVERY = "delivery", "Declaração do SIOPS"
    TRAINING = "training", "Treino"


@dataclass(frozen=True, slots=True)
class Switch:
    """The words of one switch: its name in the environment, its values and what it changes.

    `name` is the field of Switches; `standard` is the value, as it is written, when the environment says nothing.
    `details` is for the page of the repository, in Markdown.
    """

    name: str
    standard: str
    variable: str
    kind: Kind
    group: Group
    label: str
    effect: str
    details: str = ""

    def read(self, given: object) -> object:
        """The value that a text, a number or a truth value names; raises ValueError, with the values that exist."""
        text = written(given)
        found = self.kind.read(text) if len(text) <= LONGEST_VALUE else None
        if found is None:
            values = ", ".join(self.kind.values)
            raise ValueError(UNKNOWN_VALUE.format(variable=self.variable, given=text[:LONGEST_VALUE], values=values))
        return found

    def in_words(self, value: object) -> str:
        """What a person reads for the value."""
        text = written(value)
        words = dict(self.kind.choices)
        if isinstance(value, datetime):
            return f"{words['false']} até {value.astimezone(BRASILIA):%d/%m/%Y %H:%M}"
        return words.get(text, text)


def written(value: object) -> str:
    """A value as the environment and the list of rooms hold it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _switch(standard: _T, variable: str, kind: Kind, group: Group, **words: str) -> _T:
    metadata = {"variable": variable, "kind": kind, "group": group, **words}
    return field(default=standard, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """Every switch that a room may have of its own, with its strictest value."""

    review_mode: ReviewMode = _switch(
        ReviewMode.AUTOMATIC,
        "MODO_ANALISE",
        OneOf(ReviewMode),
        Group.ANSWERS,
        label="Análise de credenciais",
        effect="A credencial é concedida no aceite do termo ou espera um analista do Ministério.",
    )
    counter_answers: Answers = _switch(
        Answers.TEAM,
        "MODO_POSTO",
        OneOf(Answers),
        Group.ANSWERS,
        label="Posto da certificadora",
        effect="Quem emite o certificado agendado; automático, o prazo corre desde o começo do período agendado.",
    )
    fund_answers: Answers = _switch(
        Answers.TEAM,
        "MODO_FNS",
        OneOf(Answers),
        Group.ANSWERS,
        label="Cadastro no FNS",
        effect="Quem confere o Anexo I; automático, o que não cumpre a regra volta com o motivo.",
    )
    letter_answers: Answers = _switch(
        Answers.TEAM,
        "MODO_OFICIO",
        OneOf(Answers),
        Group.ANSWERS,
        label="Ofício de mudança do chefe",
        effect="Quem analisa o ofício de mudança do Chefe do Executivo no SIOPS.",
    )
    enrolment_answers: Answers = _switch(
        Answers.TEAM,
        "MODO_ADESAO",
        OneOf(Answers),
        Group.ANSWERS,
        label="Ofício de adesão",
        effect="Quem registra e quem confere o ofício de adesão no Gerencia APS; automático, são duas contas.",
    )
    automatic_hours: int = _switch(
        1,
        "HORAS_AUTOMATICO",
        Whole(8760),
        Group.ANSWERS,
        label="Prazo das respostas automáticas",
        effect="Horas do relógio da sala até o posto, o FNS e os ofícios automáticos responderem.",
    )
    cadsus_available: bool | datetime = _switch(
        True,
        "CADSUS_DISPONIVEL",
        OnOffUntil("Disponível", "Indisponível"),
        Group.ANSWERS,
        label="CADSUS",
        effect="Indisponível, as telas que dependem dele dizem que não responde; com prazo, volta sozinho.",
        details=(
            "O prazo é do relógio da sala: uma data e hora (`2026-11-29T14:30`, de Brasília) ou, a contar de agora, "
            "`30min`, `1h`, `2h`, `4h`, `8h`, `1semana`, `1mes` (30 dias), os mesmos do e-SUS PEC."
        ),
    )
    cadsus_scenario: CadsusScenario = _switch(
        CadsusScenario.NORMAL,
        "CENARIO_CADSUS",
        OneOf(CadsusScenario),
        Group.TRAINING,
        label="Cenário do CADSUS",
        effect="O que a base nacional responde às unidades; o cabeçalho X-Simulador-Cenario vale mais.",
    )
    cadsus_rules: CadsusRules = _switch(
        CadsusRules.OF_2020,
        "REGRA_CADSUS",
        OneOf(CadsusRules),
        Group.TRAINING,
        label="Regra do CADSUS",
        effect="Como o SISRede e o lote da noite julgam um cadastro nacional sem CPF.",
        details="2025: sem CPF, um ano desde o CNS (não antes de 01/07/2025), salvo estrangeiro, indígena e nômade.",
    )
    other_justification: bool = _switch(
        False,
        "JUSTIFICATIVA_OUTRO",
        OnOff("Aceitar", "Não oferecer"),
        Group.TRAINING,
        label="Justificativa «Outro» (J99)",
        effect="Se a unidade pode justificar por um motivo fora da lista, descrito na observação.",
    )
    token_cutoff: time = _switch(
        time(0),
        "TOKEN_CORTE",
        OfDay(),
        Group.CREDENTIALING,
        label="Fim do token do dia",
        effect="Hora de Brasília em que o token para implantação deixa de valer.",
        details="`00:00:00` lê «até às 23:59h» como o minuto inteiro; `23:59:00` corta um minuto antes.",
    )
    desk_days: int = _switch(
        10,
        "PRAZO_MESA_DIAS",
        Whole(365),
        Group.ANSWERS,
        label="Prazo da mesa do Ministério",
        effect="Dias úteis em que a equipe decide credenciais, cadastros no FNS e ofícios.",
    )
    notification_days: int = _switch(
        1,
        "NOTIFICACAO_DIAS",
        Whole(60),
        Group.ANSWERS,
        label="Notificação do 6º bimestre",
        effect="Dias depois do prazo em que o SIOPS notifica quem não homologou; 1 é 31/01.",
        details=(
            "A suspensão vem 30 dias depois da notificação: com 1, o último dia é 02/03, ou 01/03 em ano bissexto "
            "(como em 2020); com 2, 02/03 também no bissexto (como em 2024)."
        ),
    )
    membership_idle_days: int = _switch(
        90,
        "EGESTOR_DIAS_INATIVIDADE",
        Whole(3650),
        Group.CREDENTIALING,
        label="Inatividade do perfil",
        effect="Dias sem acesso até o perfil ficar INATIVO.",
    )
    cer_policy: CerPolicy = _switch(
        CerPolicy.REFUSE,
        "CER_POLICY",
        OneOf(CerPolicy),
        Group.CREDENTIALING,
        label="Arquivo .cer",
        effect="O que acontece com um arquivo .cer no lugar do .pfx.",
    )
    letter_from_federal_district: bool = _switch(
        False,
        "OFICIO_ACEITA_DF",
        OnOff("Aceitar", "Recusar"),
        Group.CREDENTIALING,
        label="Ofício de adesão do DF",
        effect="Se a adesão por ofício, exclusiva dos estados, vale também para o Distrito Federal.",
    )
    strict_holder: bool = _switch(
        False,
        "TITULARIDADE_ESTRITA",
        OnOff("Recusar titular estranho", "Só avisar"),
        Group.CREDENTIALING,
        label="Titular do certificado",
        effect="Se o certificado tem de ser do estabelecimento, do fundo ou de quem pede.",
    )
    reuse_requester_id: bool = _switch(
        True,
        "REUSAR_ID",
        OnOff("O mesmo", "Um novo"),
        Group.CREDENTIALING,
        label="Identificador na credencial nova",
        effect="Se uma nova credencial do mesmo CNES mantém o identificador do solicitante.",
    )
    pec_checks_requester_id: bool = _switch(
        True,
        "PEC_VALIDA_ID",
        OnOff("Recusar na hora", "Aceitar"),
        Group.CREDENTIALING,
        label="Identificador errado no PEC",
        effect="O que o PEC faz com um identificador que não é o do certificado escolhido.",
    )
    auth_error_mode: ErrorMode = _switch(
        ErrorMode.HTTP,
        "AUTH_MODO_ERRO",
        OneOf(ErrorMode),
        Group.TOKEN_SERVICE,
        label="Problema no certificado do cliente",
        effect="Onde o problema aparece. O alerta começa a valer em até dois segundos.",
        details=(
            "Os alertas de `tls`: `certificate_required`, `unknown_ca`, `certificate_expired`, `certificate_revoked`, "
            "também quando a revogada é a autoridade; uso errado sai como `unsupported_certificate`; o que ainda "
            "não vale e algoritmo fraco, como `bad_certificate`; CPF ou CNPJ inconsistente, que só o simulador julga, "
            "como `certificate_unknown`. O e-CPF A3 passa, porque abre o SIOPS, e o `/api/token` o recusa com 401. "
            "Revogações valem em até dois segundos depois de publicada a LCR. O aperto de mão pergunta à sala que o "
            "certificado diz; sem certificado, ou com um que não diz sala, vale a instalação."
        ),
    )
    without_credential: WithoutCredential = _switch(
        WithoutCredential.TOKEN,
        "SEM_CREDENCIAL",
        OneOf(WithoutCredential),
        Group.TOKEN_SERVICE,
        label="Certificado sem credencial ativa",
        effect="Resposta a um certificado válido que não tem credencial ativa.",
    )
    auth_accepts_post: bool = _switch(
        False,
        "AUTH_ACEITA_POST",
        OnOff("Aceitar", "Recusar com 405"),
        Group.TOKEN_SERVICE,
        label="Pedido por POST",
        effect="Se POST é aceito além de GET.",
    )
    auth_rate_limit: int = _switch(
        60,
        "AUTH_LIMITE_POR_MINUTO",
        Whole(1_000_000_000),
        Group.TOKEN_SERVICE,
        label="Tokens por minuto",
        effect="Por certificado, antes da resposta 429.",
    )
    environment: Environment = _switch(
        Environment.HOMOLOGATION,
        "AMBIENTE",
        OneOf(Environment),
        Group.TOKEN_SERVICE,
        label="Ambiente",
        effect="O ambiente que os tokens de acesso dizem.",
    )
    homologation_24h: Homologation24h = _switch(
        Homologation24h.WITHIN,
        "HOMOLOGACAO_24H",
        OneOf(Homologation24h),
        Group.DELIVERY,
        label="Homologação e as 24 horas",
        effect="Até: lembra e marca o que passou. Depois: só então se homologa.",
        details=(
            "A fonte diz «em 24h após o envio». Com `ate` há lembretes às 20 h, às 24 h e depois a cada dia, e o que "
            "passou de 24 h fica «fora das 24h» e ainda se homologa; com `apos`, os lembretes começam às 24 h."
        ),
    )
    keep_pfx: bool = _switch(
        True,
        "GUARDAR_PFX",
        OnOff("Guardar", "Apagar"),
        Group.TRAINING,
        label="O .pfx depois de baixado",
        effect="Guardado, pode ser baixado de novo; apagado, o primeiro download é o único.",
    )
    training_mode: bool = _switch(
        True,
        "MODO_TREINO",
        OnOff(),
        Group.TRAINING,
        label="Modo treino",
        effect="Explica em palavras simples qual regra recusou.",
    )


ALL: tuple[Switch, ...] = tuple(
    Switch(name=each.name, standard=written(each.default), **each.metadata) for each in fields(Switches)
)
BY_VARIABLE: Mapping[str, Switch] = {switch.variable: switch for switch in ALL}
# Those that may be off until an instant.
_ENDING = tuple(switch.name for switch in ALL if isinstance(switch.kind, OnOffUntil))

_of_the_room: ContextVar[Switches | None] = ContextVar("switches", default=None)


def now() -> Switches:
    """The switches in force: those of the room, or outside every room those of the installation.

    What is off until an instant is judged here, by the clock of the room: nothing has to turn it on again.
    """
    here = _of_the_room.get() or installed()
    over: dict[str, Any] = {}
    for name in _ENDING:
        end = getattr(here, name)
        if isinstance(end, datetime) and end <= clock.now():
            over[name] = True
    return replace(here, **over) if over else here


def installed() -> Switches:
    """What the environment says for the whole installation."""
    return settings.SWITCHES


def in_force(switches: Switches | None) -> holding[Switches | None]:
    """Until the end of the block now() is these; None is the installation's."""
    return holding(_of_the_room, switches)


def from_environment(environ: Mapping[str, str]) -> tuple[Switches, tuple[str, ...]]:
    """The installation's switches, and a sentence for each value that does not exist; an empty one says nothing."""
    found: dict[str, Any] = {}
    problems = []
    for switch in ALL:
        if given := environ.get(switch.variable, ""):
            try:
                found[switch.name] = switch.read(given)
            except ValueError as problem:
                problems.append(str(problem))
    return Switches(**found), tuple(problems)


def changed(own: Mapping[str, str]) -> Switches | None:
    """The installation's switches with those of a room, {variable: value as it is written}; None when it has none.

    What a former version wrote and this one does not know is as if it were not there.
    """
    found: dict[str, Any] = {}
    for variable, text in own.items():
        switch = BY_VARIABLE.get(variable)
        value = switch.kind.read(text) if switch else None
        if switch and value is not None:
            found[switch.name] = value
    return replace(installed(), **found) if found else None
