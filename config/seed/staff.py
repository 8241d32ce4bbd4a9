"""The ministry's team in the simulator, each with one role, and who issues certificates."""

from dataclasses import dataclass

from accounts.models import User

StaffRole = User.StaffRole


@dataclass(frozen=True, kw_only=True)
class StaffPlan:
    """`certifier` is the name of the one whose counter an attendant works at."""

    key: str
    role: StaffRole
    name: str
    login: str
    certifier: str = ""
    can: tuple[str, ...]

    @property
    def title(self) -> str:
        """The role in words, with the house of an attendant."""
        return f"{self.role.label} · {self.certifier}" if self.certifier else str(self.role.label)

    @property
    def password(self) -> str:
        """Printed on the sign-in page of the demonstration."""
        return f"{self.login.capitalize()}-2026"


ATTENDS = "Confere os documentos, emite o certificado e entrega a mídia com PIN e PUK; só do que foi pedido à sua casa."
STAFF = (
    StaffPlan(
        key="ministerio-analista",
        role=StaffRole.RNDS_ANALYST,
        name="Célia Regina Palmeira-Juçara",
        login="analista",
        can=(
            "Analisa solicitações de credencial no modo de análise: aprova, devolve ou reprova.",
            "Revoga credencial de qualquer ente, com motivo.",
        ),
    ),
    StaffPlan(
        key="ministerio-siops",
        role=StaffRole.SIOPS_COORDINATION,
        name="Hermínia Duarte Pau-Ferro",
        login="siops",
        can=(
            "Analisa os ofícios de mudança do Chefe do Executivo e carrega a eleição.",
            "Responde aos chamados dos entes e libera críticas.",
        ),
    ),
    StaffPlan(
        key="ministerio-fns",
        role=StaffRole.FNS_CHECKER,
        name="Leôncio Batista Jequitibá",
        login="fns-secon",
        can=("Confere o Anexo I e os documentos do ente: devolve ou aprova, e o fundo recebe o acesso.",),
    ),
    StaffPlan(
        key="ministerio-saps",
        role=StaffRole.SAPS,
        name="Zulmira Campos Aroeira",
        login="saps-egestor",
        can=(
            "Reativa e exclui perfis do e-Gestor de qualquer ente, na administração.",
            "Registra no Gerencia APS os ofícios dos estados; outra pessoa da SAPS os confere.",
        ),
    ),
    StaffPlan(
        key="ministerio-saps-conferencia",
        role=StaffRole.SAPS,
        name="Ednaldo Freire Cajazeira",
        login="saps-conferencia",
        can=("Confere, no Gerencia APS, o ofício que outra pessoa da SAPS registrou.",),
    ),
    StaffPlan(
        key="certificadora",
        role=StaffRole.CERTIFIER,
        name="Dalva Teresinha Pau-Marfim",
        login="certificadora",
        certifier="AC Jatobá (simulada)",
        can=(ATTENDS,),
    ),
    StaffPlan(
        key="certificadora-umbuzeiro",
        role=StaffRole.CERTIFIER,
        name="Valdomiro Reis Guaritá",
        login="umbuzeiro",
        certifier="AC Umbuzeiro (simulada)",
        can=(ATTENDS,),
    ),
    StaffPlan(
        key="instrutor",
        role=StaffRole.TRAINER,
        name="Ariosto Prado Cedro-Rosa",
        login="instrutor",
        can=("Abre salas de treino, também de fora desta máquina.",),
    ),
    StaffPlan(
        key="auditor",
        role=StaffRole.AUDITOR,
        name="Nazaré Fontes Sucupira",
        login="auditor",
        can=("Lê todas as filas e a área administrativa; não muda nada.",),
    ),
    StaffPlan(
        key="ministerio-administrador",
        role=StaffRole.ADMINISTRATOR,
        name="Antenor Vasconcelos Imbuia",
        login="administrador",
        can=("Lê tudo na área administrativa do simulador e abre salas; não decide no lugar do Ministério.",),
    ),
)
