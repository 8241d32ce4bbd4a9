"""What is known of the nightly synchronization, and what is inferred."""

from common.fidelity import Area, Behaviour, F, I

AREA = Area(
    "SISRede: lote da noite",
    (
        Behaviour(
            "O relatório por microárea separa os sincronizados dos que não puderam ser, com o motivo.",
            F,
            "Perguntas e respostas da integração SISRede (SMSA-BH). O lote dá os mesmos resultados da consulta.",
        ),
        Behaviour(
            "O lote classifica e detecta diferenças; nenhum dos sete campos é copiado sem conferir documento.",
            I,
            "A SMSA-BH exige a conferência de documento; que o lote não copia é decisão do simulador.",
        ),
        Behaviour(
            "Regra 2025 (`REGRA_CADSUS`): sem CPF, cadastro temporário por um ano; depois, `PENDENTE: CPF`. "
            "Estrangeiros, indígenas e nômades seguem pelo CNS.",
            I,
            "Notícias de 2025 sobre o CPF como identificador do SUS; o prazo e as exceções são lidos delas. Quando o "
            "ano começa e o que a tela diz são decisão do simulador.",
        ),
        Behaviour(
            "Situações do lote, um por município, pausar, retomar, cancelar e janela das 0h às 6h.",
            I,
            "A janela é a do processamento noturno do e-SUS APS; o resto é do simulador.",
        ),
        Behaviour(
            "Ritmo real de 33 pessoas por segundo.",
            I,
            "Dez chamadas ao mesmo tempo, de 300 ms cada. Os ritmos «turma» e «máximo» são de treino.",
        ),
        Behaviour(
            "Três fatias seguidas sem resposta interrompem o lote, e ninguém é marcado como indisponível.",
            I,
            "Decisão do simulador.",
        ),
    ),
)
