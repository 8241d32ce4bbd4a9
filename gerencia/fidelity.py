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
                "Quem adere assina com o PIN do seu token virtual, se o tem; senão, pelo selo do portal.",
                I,
                "A conta gov.br não dá chave própria a quem entra com ela.",
            ),
        ),
    ),
    Area(
        "Gerencia APS: notas técnicas",
        (
            Behaviour(
                "A nota tem vários signatários, cada um com nome, cargo e hora: «substituto(a)», «Ciente e de acordo», "
                "«Usuário Externo».",
                F,
                _NOTE,
            ),
            Behaviour(
                "Assina-se na ordem, e a nota vale desde a última assinatura.",
                I,
                "Na nota 441 as quatro assinaturas têm horas crescentes; a regra não está escrita.",
            ),
            Behaviour(
                "Cada signatário assina o PDF na sua vez, com o PIN do token virtual ou pelo selo do portal; a última "
                "assinatura o emite.",
                I,
                "O SEI guarda cada assinatura fora do documento, e não se sabe com que chave.",
            ),
        ),
    ),
    Area(
        "Gerencia APS: profissionais",
        (
            Behaviour(
                "A adesão formal é condicionante da inscrição de profissionais da APS, da AES e da VS.", F, _NOTE
            ),
            Behaviour(
                "O profissional tem vínculo em vigor no CNES do ente, e a carga horária protegida é declarada.",
                I,
                "A nota faz dos dois responsabilidades do ente; a tela de inscrição não é conhecida.",
            ),
            Behaviour("O ente só desiste sem profissionais inscritos.", I, "Decisão do simulador."),
        ),
    ),
    Area(
        "Gerencia APS: ofício dos estados",
        (
            Behaviour("Vale o ofício enviado até 03/12/2025, em qualquer dia que seja registrado.", F, _NOTE),
            Behaviour(
                "Até o último minuto do dia, no horário de Brasília.", I, "A nota diz só o dia; as assinaturas, o fuso."
            ),
            Behaviour(
                "Assina o(a) Secretário(a) Estadual de Saúde ou o(a) Coordenador(a) de APS.",
                F,
                _NOTE,
            ),
            Behaviour("A exceção é exclusiva dos gestores estaduais.", F, _NOTE),
            Behaviour(
                "O ofício do Distrito Federal é recusado.",
                G,
                "A nota não diz se o DF conta como estado; em 2.1 o lista à parte.",
                "OFICIO_ACEITA_DF",
            ),
            Behaviour(
                "O PDF traz assinatura digital do signatário; uma pessoa da SAPS registra, outra confere.",
                I,
                "Nenhuma fonte diz como a SAPS recebe e confere.",
            ),
            Behaviour(
                "Coordenador(a) de APS é, aqui, o Gestor da AB do estado.", I, "Nenhum cadastro público diz quem é."
            ),
            Behaviour(
                "O ofício pode vir de uma adesão em rascunho.", I, "A nota nasceu da dificuldade em aceitar o termo."
            ),
        ),
    ),
)
NOT_YET = ("Gerencia APS: credenciamento de equipes.",)
GAPS = (
    "Datas de abertura e fim da adesão de 2025 no Gerencia APS.",
    "Se o ofício do Distrito Federal seria aceito.",
)
