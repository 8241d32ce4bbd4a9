"""The personas of the demonstration: who they are, how they enter and what they may do. All synthetic."""

from collections.abc import Iterator
from dataclasses import replace

from accounts.models import STATE_PROGRAMME_MANAGER, Membership
from accounts.personas import Persona
from cadsus.doors import CADSUS_DOOR, SISREDE_DOOR
from cadsus.models import OperatorAccess, Posting
from config.seed.entities import ENTITIES
from config.seed.plans import TECHNICIAN, EntityPlan, OfficePlan, PersonPlan, PostingPlan
from config.seed.staff import STAFF
from siops.doors import COUNCIL_DOOR
from siops.models import HealthManager

Role = Membership.Role
Office = HealthManager.Role

FUND_CAN = (
    "Gera e cancela o token para implantação e-SUS APS do próprio ente.",
    "Gera e cancela o código de instalação do PEC.",
    "Cadastra, substitui e reativa o Gestor da AB.",
)
CAN = {
    Role.AB_MANAGER: (
        "Dá, exclui e reativa perfis de programa no próprio ente.",
        "Pode dar a si o perfil GESTOR DO PROGRAMA MUNICIPAL.",
    ),
    Role.PROGRAMME_MANAGER: (
        "Solicita a credencial com o token do dia e a contra-chave do PEC.",
        "Baixa o termo e a credencial e revoga credenciais do próprio ente.",
        "Cadastra o Gestor Técnico.",
    ),
    Role.TECHNICAL_MANAGER: ("Gera somente a contra-chave de instalação, com o código do Fundo e a chave do PEC.",),
    Role.PEC_MUNICIPAL_ADMIN: ("Copia a contra-chave e habilita ou desabilita o certificado no PEC.",),
    Role.PEC_INSTALLATION_ADMIN: (
        "Põe o arquivo .pfx na pasta «chaves» da instalação do PEC.",
        "Instala ou atualiza o PEC com a contra-chave do Gestor Técnico.",
    ),
}
GERENCIA_CAN = ("Adere às ofertas do Gerencia APS pelo seu ente, assina o termo e desiste.",)
OFFICE_CAN = {
    Office.HEAD: (
        "Entra no SIOPS só com o certificado: no navegador ou no token virtual.",
        "Cadastra o Secretário de Saúde e os substitutos.",
    ),
    Office.SECRETARY: (
        "Entra no SIOPS só com o certificado: no navegador ou no token virtual.",
        "Cadastra e altera o responsável pelo envio de dados e o Conselho.",
    ),
    Office.SECRETARY_SUBSTITUTE: (
        "Entra no SIOPS só com o certificado, por trinta dias a partir da carga do simulador.",
        "Faz o que o Secretário faz, por substituição.",
    ),
    Office.COUNCIL: (
        "Entra no SIOPS por um link enviado ao e-mail do cadastro, sem senha.",
        "Vê os bimestres homologados e dá o parecer do Conselho de Saúde.",
    ),
    Office.COURT: (
        "Entra no SIOPS pela porta do Estado, com o certificado.",
        "Vê os bimestres homologados dos municípios do Estado e registra o que o Tribunal apurou.",
    ),
    TECHNICIAN: ("Entra no SIOPS com CPF e senha; preenche e transmite.",),
}
WITHOUT_CERTIFICATE = ("Ainda não entra no SIOPS: percorre as etapas até ter o seu certificado.",)
FORMER_OFFICE = ("Não entra no SIOPS: outra pessoa já responde no seu lugar.",)
FORMER_TECHNICIAN = ("Não entra no SIOPS até o novo Secretário cadastrar de novo o responsável pelo envio.",)
CANNOT_ENTER_IDLE = ("Não entra: o perfil está INATIVO por falta de acesso; o Gestor da AB pode reativá-lo.",)
CANNOT_ENTER = ("Não entra no e-Gestor: não tem perfil algum.",)
GOVBR, NO_CERTIFICATE_YET = "gov.br simulado, sem senha", "sem certificado: começa na 2ª etapa"
BY_LINK = "link enviado ao e-mail"
EGESTOR, PEC, SIOPS, UNIT, MINISTRY = "e-Gestor e RNDS", "PEC", "SIOPS", "Unidade de saúde", "Ministério"
CADSUS, SISREDE = "CADSUS", "SISRede"
OF_THE_PEC = (Role.PEC_MUNICIPAL_ADMIN, Role.PEC_INSTALLATION_ADMIN)
BARRED_IDLE = "Não entra: o Gestor da AB pode reativar o perfil"
BARRED_FORMER = "Não entra: outra pessoa responde no seu lugar"
BARRED_TECHNICIAN = "Não entra até o novo Secretário cadastrar de novo o responsável pelo envio"
BARRED_WITHOUT_PROFILE = "Não entra: não tem perfil no e-Gestor"
SGOP_CAN = {
    Posting.Function.MANAGER: ("Aprova, nega e revoga os operadores e as máquinas da sua unidade, nunca os próprios.",),
    Posting.Function.MUNICIPAL_IT: (
        "Decide pelas unidades do município, na falta do gerente.",
        "Registra e encerra vínculos com o CNES.",
    ),
}
PROFILE_CAN = {
    OperatorAccess.Profile.REGISTRAR: ("Entra no CADSUSWEB como cadastrador, pela sua unidade.",),
    OperatorAccess.Profile.CONSULTANT: ("Entra no CADSUSWEB como consultador: apenas visualiza.",),
}
NEWCOMER_CAN = ("Tem vínculo com o CNES: cadastra-se como operador e solicita acesso.",)
SISREDE_CAN = ("Entra no SISRede com CPF e senha, na sua unidade.",)
SISREDE_IT_CAN = (
    "Entra no SISRede com CPF e senha; lê o relatório de todas as unidades.",
    "Inicia o lote da noite e desabilita a consulta ao CADSUS por um período.",
)
PROFESSIONAL_CAN = ("Atende na unidade do seu vínculo; não tem perfil no e-Gestor.",)


def personas_for_sign_in() -> tuple[Persona, ...]:
    """Everybody, for the list of the sign-in page; costs no query."""
    return PERSONAS


def _fund(plan: EntityPlan) -> Persona:
    return Persona(
        key=f"{plan.key}-fundo",
        role="Fundo Estadual de Saúde" if plan.is_state else "Fundo Municipal de Saúde",
        name=plan.fund_name,
        cnpj=plan.cnpj,
        login_kind="pj",
        login=plan.cnpj,
        email=plan.fund_mailbox,
        password=plan.password,
        place=plan.title,
        uf=plan.uf_acronym,
        ibge=plan.ibge,
        cnes=plan.cnes(1),
        can=FUND_CAN,
        system=EGESTOR,
        about=plan.about,
    )


def _person(plan: EntityPlan, person: PersonPlan) -> Persona:
    return Persona(
        key=f"{plan.key}-{person.key}",
        role=_role(plan, person),
        name=person.name,
        cpf=plan.cpf(person),
        login_kind="pf",
        login=plan.cpf(person),
        email=plan.mailbox(person),
        password=plan.person_password(person),
        pin=plan.pin(person),
        puk=plan.puk(person) if person.office and person.office.medium else "",
        door=_door(person.office),
        place=plan.title,
        uf=plan.uf_acronym,
        ibge=_reach(plan, person),
        cnes=plan.cnes(person.workplace),
        can=_can(person),
        system=_system(person),
        way=_way(person.office),
        barred=_barred(person),
        about=plan.about,
    )


def _reach(plan: EntityPlan, person: PersonPlan) -> str:
    """By which entity the person enters: who comes from the tribunal, by the state."""
    return plan.uf if person.office and person.office.role == Office.COURT else plan.ibge


def _of_the_network(plan: EntityPlan, person: PersonPlan, posting: PostingPlan) -> Iterator[Persona]:
    """Somebody of the municipal network, once for each door by which they enter."""
    by_password = replace(
        _person(plan, person),
        role=posting.title,
        can=SISREDE_IT_CAN if Posting.Function.MUNICIPAL_IT in posting.functions else SISREDE_CAN,
        barred="",
        system=SISREDE,
        door=SISREDE_DOOR,
        way="",
    )
    by_govbr = replace(by_password, can=_sgop_can(posting), password="", system=CADSUS, door=CADSUS_DOOR, way=GOVBR)
    if posting.enters_sgop:
        yield by_govbr
    if posting.functions:
        yield replace(by_password, key=f"{by_password.key}-sisrede") if posting.enters_sgop else by_password


def _sgop_can(posting: PostingPlan) -> tuple[str, ...]:
    if posting.profile:
        return PROFILE_CAN[OperatorAccess.Profile(posting.profile)]
    found = [can for function, can in SGOP_CAN.items() if function in posting.functions]
    return found[0] if found else NEWCOMER_CAN


def _system(person: PersonPlan) -> str:
    if person.office:
        return SIOPS
    if not person.role:
        return UNIT
    return PEC if person.role in OF_THE_PEC else EGESTOR


def _way(office: OfficePlan | None) -> str:
    if office is None:
        return GOVBR
    if office.role == Office.COUNCIL:
        return BY_LINK
    return "" if office.medium or office.role == TECHNICIAN else NO_CERTIFICATE_YET


def _barred(person: PersonPlan) -> str:
    if person.office and person.office.is_former:
        return BARRED_TECHNICIAN if person.office.role == TECHNICIAN else BARRED_FORMER
    if person.office:
        return ""
    if person.is_idle:
        return BARRED_IDLE
    return "" if person.role else BARRED_WITHOUT_PROFILE


def _door(office: OfficePlan | None) -> str:
    if office is None:
        return ""
    if office.role == TECHNICIAN:
        return "siops:technician_sign_in"
    if office.role == Office.COUNCIL:
        return COUNCIL_DOOR
    return "siops:sign_in_virtual" if office.medium else "siops:certification_request"


def _role(plan: EntityPlan, person: PersonPlan) -> str:
    if person.office:
        return f"{person.office.position} (anterior)" if _is_past(person.office) else person.office.position
    if not person.role:
        return person.occupation or "Pessoa sem perfil"
    is_estadual = plan.is_state and person.role == Role.PROGRAMME_MANAGER
    label = STATE_PROGRAMME_MANAGER if is_estadual else str(Role(person.role).label)
    if person.programme:
        label += f" – {Membership.Programme(person.programme).label}"
    return f"{label} (INATIVO)" if person.is_idle else label


def _is_past(office: OfficePlan) -> bool:
    return office.is_former and office.role != TECHNICIAN


def _office_can(office: OfficePlan) -> tuple[str, ...]:
    if office.is_former:
        return FORMER_TECHNICIAN if office.role == TECHNICIAN else FORMER_OFFICE
    if not office.medium and office.role not in (TECHNICIAN, Office.COUNCIL):
        return WITHOUT_CERTIFICATE
    return OFFICE_CAN[office.role]


def _can(person: PersonPlan) -> tuple[str, ...]:
    if person.office:
        return _office_can(person.office)
    if person.is_idle:
        return CANNOT_ENTER_IDLE
    if person.programme == Membership.Programme.GERENCIA_APS:
        return GERENCIA_CAN
    if person.role:
        return CAN[Role(person.role)]
    return PROFESSIONAL_CAN if person.cbo else CANNOT_ENTER


def _all() -> tuple[Persona, ...]:
    personas = []
    for plan in ENTITIES:
        personas.append(_fund(plan))
        for person in plan.people:
            if person.posting:
                personas += _of_the_network(plan, person, person.posting)
            elif person.is_persona:
                personas.append(_person(plan, person))
    personas += [
        Persona(
            key=plan.key,
            role=plan.title,
            name=plan.name,
            login_kind="staff",
            login=plan.login,
            password=plan.password,
            can=plan.can,
            system=MINISTRY,
        )
        for plan in STAFF
    ]
    return tuple(personas)


PERSONAS = _all()
