"""What is known of the declaration of the SIOPS."""

from common.fidelity import Area, Behaviour, F, I

AREAS = (
    Area(
        "Declaração do SIOPS: cálculo, críticas e arquivo",
        (
            Behaviour(
                "O percentual final é truncado em duas casas; o de cada linha é arredondado.",
                F,
                "Medido: o Anexo 12 de Apuí/AM, 1º/2026, e quatorze agregados publicados de capitais.",
            ),
            Behaviour(
                "Do 1º ao 5º bimestre vale a despesa liquidada; no 6º, a empenhada.",
                F,
                "Nota do Anexo 12 publicado.",
            ),
            Behaviour(
                "Erro que influi no percentual mínimo impede; os demais são avisos.",
                F,
                "Orientações do SIOPS, «Críticas e Avisos».",
            ),
            Behaviour(
                "Códigos, textos e agrupamento das 50 críticas; arquivo .opsz e as falhas F-01 a F-18.",
                I,
                "A lista real de críticas e o leiaute do arquivo OPS não são públicos.",
            ),
            Behaviour(
                "XLIX tira de XLVIII as fontes SUS União, SUS Estado, Convênios e LC 173/2020.",
                I,
                "A fonte diz «transferências de outros entes»; em Apuí XLIX = XI, o que também se confere.",
            ),
            Behaviour(
                "Fontes 1 e 2 são as computadas; XIII sai da disponibilidade delas, só na coluna empenhada.",
                I,
                "As letras das colunas e o detalhe dos quadros de controle são do manual, não relido.",
            ),
            Behaviour(
                "A disponibilidade só pesa no 6º bimestre, nas fontes 1 e 2, e no que falta aos restos a pagar delas.",
                I,
                "A LC 141, art. 24, olha o que ficou sem cobertura: de um centavo que sobra não decorre linha nenhuma.",
            ),
            Behaviour(
                "Os restos a pagar do ano que acaba têm linha no 6º bimestre; sem ela, o saldo do ano seguinte é novo.",
                I,
                "SIM-I20 compara com o que se homologou; o manual não foi relido. Depois de quinze anos não há linha.",
            ),
            Behaviour(
                "O envio abre 10 dias depois do fim do bimestre e vai até 30 dias; fora do prazo ainda se envia.",
                F,
                "Portaria de Consolidação 1/2017, art. 446, e Decreto 7.827/2012, art. 7º. Fim de semana não estende.",
            ),
            Behaviour(
                "Módulo de Gestores, PIN, «Homologação», «Homologar dados», ano, bimestre, «Enviar», «Homologar».",
                F,
                "Orientações do SIOPS. A declaração assinada com o PIN e «Devolver ao técnico» são do simulador.",
            ),
            Behaviour(
                "«Em 24h após o envio»: até 24 horas, depois de 24 horas, ou sem contar.",
                I,
                "A fonte admite as duas leituras; passadas as 24 horas ainda se homologa.",
                "HOMOLOGACAO_24H",
            ),
            Behaviour(
                "Na retificação a versão homologada continua oficial até a homologação da que a corrige.",
                I,
                "O Decreto 7.827/2012, art. 13, § 4º, e a PC 1/2017 falam de retificação, sem o passo a passo.",
            ),
            Behaviour(
                "Situações da declaração, uma versão aberta por vez e o painel com «de quem é a vez».",
                I,
                "Os passos são os das orientações do SIOPS; os nomes das situações são do simulador.",
            ),
            Behaviour(
                "RPNP (g) não se digita: é empenhado menos liquidado em todo bimestre.",
                I,
                "É o que se vê em cada linha do caso publicado de Apuí/AM; a regra só o exige no 6º (SIM-I26).",
            ),
            Behaviour(
                "Transmissor: buscar o arquivo na pasta, escolher o bimestre, «Transmitir»; ou o programa siopsnet.",
                F,
                "Orientações do SIOPS, «Transmissão dos Dados». Sem a pasta C:\\MS-SIOPS; o programa é um arquivo só.",
            ),
            Behaviour(
                "Formato do recibo, página de conferência, API de transmissão e token emitido pelo Secretário.",
                I,
                "O recibo e a interface de envio reais não são públicos.",
            ),
            Behaviour(
                "Chamado com o arquivo zipado a partir do relatório de críticas, respondido em até 72 horas.",
                F,
                "Orientações do SIOPS: o técnico que corrigiu e continua bloqueado envia o arquivo zipado.",
            ),
            Behaviour(
                "Repasses (STN, SEFAZ, FNS), população e despesa dos pares de cada UF (A09 a A11, A20) são sintéticos.",
                I,
                "Tabelas do simulador, iguais em todo ano, com a Lei Orgânica de 20 % em Belo Horizonte.",
            ),
            Behaviour(
                "O ano passado e os bimestres encerrados deste já vêm homologados, menos onde há atraso.",
                I,
                "Valores sintéticos, na proporção de cada município; os de Apuí/AM partem do caso publicado.",
            ),
            Behaviour(
                "Da planilha do município (XLSX, CSV) não se toma fórmula, erro nem mais de duas casas decimais.",
                I,
                "O resultado que a planilha guarda de uma fórmula é de outro programa; quem importa cola os valores.",
            ),
            Behaviour(
                "Arquivo com mais de 50.000 linhas é recusado como grande demais (F-03).",
                I,
                "Decisão do simulador, para o validador caber em qualquer computador.",
            ),
        ),
    ),
)
NOT_YET = ("SIOPS: declaração do estado e do Distrito Federal.",)
