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
            "Credenciais, cadastros no FNS, ofícios e notas técnicas esperam até 10 dias úteis.",
            I,
            "Nenhuma fonte dá o prazo interno do Ministério.",
            "PRAZO_MESA_DIAS",
        ),
        Behaviour(
            "Quatro grupos: muito atrasado (mais de meio prazo), atrasado, vence logo (resta um quinto), no prazo.",
            I,
            "Decisão do simulador.",
        ),
        Behaviour(
            "Uma mesa automática confere os fatos que o portal conhece e responde na hora marcada.",
            I,
            "Recurso do simulador, para quem treina só.",
            "HORAS_AUTOMATICO",
        ),
        Behaviour(
            "No posto automático a manhã começa às 8h e a tarde às 13h de Brasília, e o titular leva tudo.",
            I,
            "Nenhuma fonte dá o horário dos postos.",
            "MODO_POSTO",
        ),
        Behaviour(
            "Cada período do posto dura quatro horas: o prazo de quem agendou conta do começo dele.",
            I,
            "Nenhuma fonte dá o horário dos postos.",
        ),
        Behaviour("«Assumir» é um aviso entre colegas; quem pode decidir decide.", I, "Decisão do simulador."),
    ),
)
