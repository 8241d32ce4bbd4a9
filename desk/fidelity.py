"""What is known of how the ministry works through its queues, and what is inferred."""

from common.fidelity import Area, Behaviour, F, I

AREA = Area(
    "Mesa do Ministério",
    (
        Behaviour(
            "O chamado do SIOPS é respondido em 72 horas.",
            F,
            "SIOPS, «Críticas e Avisos».",
        ),
        Behaviour(
            "Credenciais, cadastros no FNS e ofícios esperam até 10 dias úteis.",
            I,
            "Nenhuma fonte dá o prazo interno do Ministério.",
            "PRAZO_MESA_DIAS",
        ),
        Behaviour(
            "Quatro grupos: muito atrasado (mais de meio prazo), atrasado, vence logo (resta um quinto), no prazo.",
            I,
            "Decisão do simulador.",
        ),
        Behaviour("«Assumir» é um aviso entre colegas; quem pode decidir decide.", I, "Decisão do simulador."),
    ),
)
