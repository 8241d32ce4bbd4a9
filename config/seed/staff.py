"""The ministry's team in the simulator, and who issues certificates."""

from dataclasses import dataclass

from accounts.models import CERTIFIER_GROUP

ANALYSTS = "Analistas do Ministério"


@dataclass(frozen=True, kw_only=True)
class StaffPlan:
    key: str
    role: str
    name: str
    login: str
    is_superuser: bool = False
    group: str = ""
    can: tuple[str, ...]

    @property
    def password(self) -> str:
        """Printed on the sign-in page of the demonstration."""
        return f"{self.login.capitalize()}-2026"


STAFF = (
    StaffPlan(
        key="ministerio-analista",
        role="Analista do Ministério da Saúde",
        name="Célia Regina Palmeira-Juçara",
        login="analista",
        group=ANALYSTS,
        can=(
            "Analisa solicitações de credencial no modo de análise: aprova, devolve ou reprova.",
            "Revoga credencial de qualquer ente, com motivo.",
            "Consulta todos os entes na área administrativa.",
            "No SIOPS, analisa ofícios e cadastros do FNS, responde chamados e carrega a eleição.",
        ),
    ),
    StaffPlan(
        key="ministerio-administrador",
        role="Administrador do simulador",
        name="Antenor Vasconcelos Imbuia",
        login="administrador",
        is_superuser=True,
        can=("Faz tudo na área administrativa do simulador.",),
    ),
    StaffPlan(
        key="certificadora",
        role="Atendente da certificadora",
        name="Dalva Teresinha Pau-Marfim",
        login="certificadora",
        group=CERTIFIER_GROUP,
        can=("Confere os documentos, emite o certificado e entrega a mídia com PIN e PUK.",),
    ),
)
