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
            Behaviour(
                "Os 14 indicadores, com numerador e denominador; o 3.2 é o percentual truncado do Anexo 12.",
                F,
                "Lista publicada do SIOPS. As contas de cada um são do nome dele; sem um dos dados, «sem dado».",
            ),
            Behaviour(
                "Versão retificada continua legível, marcada como corrigida; o PDF da consulta não é assinado.",
                I,
                "O que se assina é o recibo e a homologação; aqui vale a página, que se pode conferir na hora.",
            ),
            Behaviour(
                "API de leitura: endereços, períodos (12, 14, 1, 18, 20, 2) e campos dos municípios.",
                F,
                "Programas públicos que usam a API real; ela não tem descrição publicada que se ache.",
            ),
            Behaviour(
                "coItem nulo onde o código não se conhece; ano, período e grupo como texto; quadro com o seu nome.",
                I,
                "Só os códigos citados por quem a usa são conhecidos; os tipos não são ditos.",
            ),
            Behaviour(
                "dtHomologacao, versao e recibo em cada linha; ETag, limite por endereço e problem+json.",
                I,
                "A API real não diz a data da homologação, e é do que os seus usuários reclamam.",
            ),
        ),
    ),
)
NOT_YET = ("SIOPS: consulta pública de estados e do Distrito Federal.",)
