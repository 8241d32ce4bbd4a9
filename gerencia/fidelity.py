"""What is known of the Gerencia APS, and what is inferred."""

from common.fidelity import Area, Behaviour, F, G, I

_NOTE = "Nota Técnica Conjunta 441/2025-CGESCO/DESF/SAPS/MS."
AREAS = (
    Area(
        "Gerencia APS: ofertas e adesão",
        (
            Behaviour(
                "Municípios, estados e o DF aderem pelo e-Gestor APS, com o perfil do gestor no Gerencia APS.", F, _NOTE
            ),
            Behaviour(
                "A adesão formal implica ciência de três responsabilidades: carga horária protegida, infraestrutura "
                "mínima e atualização do vínculo no CNES.",
                F,
                _NOTE,
            ),
            Behaviour(
                "A janela de adesão de 2025 vai de 03/11/2025 a 03/12/2025.",
                G,
                "Nenhuma fonte traz a abertura nem o fim: as notas 425 e 436 não são públicas aqui.",
            ),
            Behaviour("A edição de treino abre no primeiro dia da sala e dura 30 dias.", I, "Decisão do simulador."),
            Behaviour("O texto do termo de compromisso é redação do simulador.", I, "Nenhuma fonte traz o original."),
            Behaviour(
                "Nomes das situações (rascunho, aderido, desistente) e desistência definitiva.",
                I,
                "As fontes param em «aceita»; o resto é decisão do simulador.",
            ),
            Behaviour(
                "Quem adere assina pelo selo do portal.", I, "A conta gov.br não dá chave própria a quem entra com ela."
            ),
        ),
    ),
)
NOT_YET = ("Gerencia APS: credenciamento de equipes.",)
GAPS = ("Datas de abertura e fim da adesão de 2025 no Gerencia APS.",)
