"""What each step of a change of gestores is, who takes it and with which papers, whatever has been recorded."""

from dataclasses import dataclass

from siops.models import HealthManager
from siops.models.scoped import TECHNICIAN

Role = HealthManager.Role
HEADS: tuple[str, ...] = (Role.HEAD, Role.HEAD_SUBSTITUTE)
SECRETARIES: tuple[str, ...] = HealthManager.SECRETARIAT
NO_PAPER = "–"


@dataclass(frozen=True, kw_only=True)
class ChangeStep:
    """`doers` are the roles whose turn it is; none when it is somebody's who has no role in the SIOPS.

    `after` is the number of the step that must be done before; 0 when none must. `act` is the step as a sentence whose
    subject is who takes it, and `route` the page where it is taken.
    """

    title: str
    what: str
    who: str
    papers: str = NO_PAPER
    doers: tuple[str, ...] = ()
    after: int = 0
    act: str = ""
    route: str = ""


STEPS = (
    ChangeStep(
        title="Chefe do Poder Executivo atualizado",
        act="registra o Chefe do Poder Executivo",
        what="Na eleição, o Ministério carrega os dados do TSE; fora dela, o ente envia um ofício.",
        who="Ministério da Saúde, com os dados do TSE ou com o ofício do ente",
        papers="Só por ofício: Ata de Posse e Diploma",
    ),
    ChangeStep(
        title="Secretário de Saúde cadastrado no Módulo de Gestores",
        act="cadastra o Secretário de Saúde",
        route="siops:manager_list",
        what="O novo cadastro se sobrepõe ao anterior; não é preciso ofício.",
        who="Prefeito ou Governador, ou o substituto, com certificado digital",
        papers="Número e data do ato de nomeação",
        doers=HEADS,
        after=1,
    ),
    ChangeStep(
        title="Certificado digital do Secretário válido",
        act="obtém o certificado digital",
        route="siops:certification_orientation",
        what="Quatro etapas. Quem já tem um e-CPF válido pula esta parte.",
        who="O novo Secretário, junto a uma certificadora",
        papers="Identidade, CPF e comprovante de residência",
        doers=SECRETARIES,
        after=2,
    ),
    ChangeStep(
        title="Responsável pelo envio de dados cadastrado",
        act="cadastra o responsável pelo envio de dados",
        route="siops:technician_register",
        what="De novo a cada Secretário, mesmo que a pessoa continue.",
        who="O Secretário de Saúde ou o substituto, com certificado digital",
        papers="CPF, e-mail, telefone e, se houver, CRC",
        doers=SECRETARIES,
        after=3,
    ),
    ChangeStep(
        title="Técnico entrou e trocou a senha",
        act="entra pela primeira vez e troca a senha",
        route="siops:technician_home",
        what="Pelo endereço de uso único enviado ao e-mail do cadastro.",
        who="O responsável pelo envio, com CPF e senha",
        doers=(TECHNICIAN,),
        after=4,
    ),
    ChangeStep(
        title="Cadastro do ente e do dirigente atualizado no FNS (Anexo I)",
        act="atualiza o cadastro no FNS (Anexo I)",
        route="siops:fund_update_list",
        what="Aprovado pelo Ministério, o fundo recebe o endereço para definir a senha.",
        who="O dirigente: Secretário de Saúde ou Chefe do Poder Executivo",
        papers="Anexo I assinado, ofício com CNPJ, identidade, Ato de posse e comprovante de residência",
        doers=(*HEADS, *SECRETARIES),
        after=2,
    ),
    ChangeStep(
        title="Senha do e-Gestor e e-mail do fundo em dia",
        act="põe em dia a senha e o e-mail do fundo",
        what="Senha perdida: «Esqueci minha senha» com o CNPJ. E-mail desatualizado: DICON do estado.",
        who="Quem responde pelo fundo de saúde, com o CNPJ",
        after=6,
    ),
    ChangeStep(
        title="Gestor da AB com perfil no e-Gestor",
        act="cadastra o Gestor da AB",
        what="O fundo cadastra, substitui ou reativa o Gestor da AB.",
        who="O fundo de saúde, no e-Gestor, com o CNPJ",
        after=7,
    ),
)
