"""What is known of deadlines and clocks."""

from common.fidelity import Area, Behaviour, F, I

AREAS = (
    Area(
        "Prazos e relógio",
        (
            Behaviour("Um só relógio legal: o horário de Brasília.", I, "Prática dos documentos federais."),
            Behaviour(
                "Fuso de cada município pela tabela do IBGE; sem horário de verão.",
                F,
                "Lei 12.876/2013 e Decreto 9.772/2019.",
            ),
            Behaviour("O vencimento é decidido no uso, nunca pela rotina que o registra.", I, "Decisão do simulador."),
            Behaviour("JWT e TLS usam o tempo real.", I, "Decisão do simulador."),
            Behaviour(
                "O relógio de uma sala só anda para a frente, e cada prazo do caminho acontece no seu instante.",
                I,
                "Decisão do simulador; a sala aberta tem a hora verdadeira.",
            ),
            Behaviour(
                "As telas e o /api/token julgam o certificado pela hora da sala; o X.509 traz a verdadeira.",
                I,
                "Uma lista de revogados datada do futuro seria recusada por quem a confere.",
            ),
        ),
    ),
)
