"""What is known of the public side of the SIOPS."""

from common.fidelity import Area, Behaviour, F, I

AREAS = (
    Area(
        "Consulta pública do SIOPS",
        (
            Behaviour(
                "O que foi homologado é público, sem entrada; o que só se transmitiu, não.",
                F,
                "Portaria de Consolidação 1/2017, art. 467, na redação da Portaria 9.886/2025.",
            ),
            Behaviour(
                "Quem nada enviou está como «Não transmitido»; nunca se mostra como atrasado quem não se sabe.",
                I,
                "As páginas reais só listam quem entregou. Brasília fica «Sem informação»: o DF não é simulado.",
            ),
            Behaviour(
                "No prazo ou em atraso se diz da primeira homologação; a retificação não a muda nem a despublica.",
                I,
                "Decisão do simulador; a declaração devolvida ao técnico conta como não transmitida.",
            ),
        ),
    ),
)
NOT_YET = ("SIOPS: consulta pública de estados e do Distrito Federal.",)
