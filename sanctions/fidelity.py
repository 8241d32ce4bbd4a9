"""What is known of the deadlines and sanctions of the SIOPS."""

from common.fidelity import Area, Behaviour, F, I

SWITCH = "NOTIFICACAO_DIAS"
AREAS = (
    Area(
        "SIOPS: prazos e sanções",
        (
            Behaviour(
                "Quem não homologou o 6º bimestre é notificado sozinho no dia seguinte ao prazo (31/01).",
                F,
                "Decreto 7.827/2012, art. 7º; medidas preliminares do SIOPS. Uma prorrogação leva a notificação junto.",
                SWITCH,
            ),
            Behaviour(
                "A suspensão é da notificação mais 30 dias: em 02/03, ou 01/03 em ano bissexto.",
                F,
                "As notícias divergem no bissexto (01/03 em 2020, 02/03 em 2024); o dia da notificação se muda.",
                SWITCH,
            ),
            Behaviour(
                "O último dia dos 30 vale inteiro; a comunicação ao banco é à meia-noite e para o decêndio seguinte.",
                I,
                "O banco era informado entre 03 e 09/03, e o FPM de 10/03 não vinha.",
            ),
            Behaviour(
                "Homologado o 6º bimestre, o pedido vai no arquivo do dia seguinte; tudo volta em até 72 horas.",
                F,
                "Decreto 7.827/2012, arts. 7º e 20: arquivo diário e até 72 horas.",
            ),
            Behaviour(
                "Do 1º ao 5º bimestre o atraso é só pendência.",
                F,
                "Nenhuma fonte suspende transferências por eles.",
            ),
            Behaviour(
                "Abaixo do mínimo: até 15 % (município) de cada decêndio vai ao fundo, até o valor que faltou.",
                F,
                "Decreto 7.827/2012, arts. 11 a 13.",
            ),
            Behaviour(
                "O valor dos repasses é inventado, o mesmo sempre para o mesmo ente, e a tela o diz.",
                I,
                "Decisão do simulador: nenhum repasse real é consultado.",
            ),
            Behaviour(
                "Comprova-se em 12 meses da primeira parcela: o Q4 de uma declaração posterior, todo aplicado.",
                I,
                "O prazo é do Decreto 7.827/2012, art. 18; a leitura pelo Q4 é do simulador.",
            ),
            Behaviour(
                "Defesa por 15 dias, antes de informar Tribunal de Contas e Ministério Público; não para as parcelas.",
                I,
                "A PRC 1/2017, art. 468-A, a prevê; o prazo real não se achou.",
            ),
            Behaviour(
                "A defesa é escrita por quem responde pelo ente, uma por notificação ou apuração, e não suspende nada.",
                I,
                "Quem a escreve, quem a lê e o efeito são do simulador; na omissão, nos 30 dias da notificação.",
            ),
            Behaviour(
                "Vale o instante da homologação: a de 23:59:59 está no prazo, ainda que gravada depois da meia-noite.",
                I,
                "Decisão do simulador: o que a varredura tiver registrado fica sem efeito no dia seguinte.",
            ),
            Behaviour(
                "O que venceu antes de a sala existir não é cobrado; estados e DF ainda não são notificados.",
                I,
                "As declarações anteriores à sala não existem, e a do estado não se simula.",
            ),
        ),
    ),
)
NOT_YET = ("SIOPS: decisão sobre a defesa apresentada no contraditório.",)
