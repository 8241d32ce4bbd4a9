"""What is known of the CADSUSWEB: search, registration, quality and unification."""

from common.fidelity import Area, Behaviour, F, I

AREA = Area(
    "CADSUSWEB: consulta, cadastro e unificação",
    (
        Behaviour(
            "Consulta por nome, CNS, CPF, nascimento, mãe ou município; por dados pessoais, dois critérios no mínimo.",
            F,
            "Manual do e-SUS APS (pesquisa do cidadão) e manual do PDQ do DATASUS. O texto dos avisos é do simulador.",
        ),
        Behaviour(
            "Pesquisa idêntica, aproximada e fonética, com nota.",
            F,
            "Nomes do serviço CadsusService v5r0. O algoritmo não é público: pesos 40/25/25/5/5, corte de 70 % e "
            "limite de 500 cadastros são do simulador.",
        ),
        Behaviour(
            "Guias de dados pessoais, contatos e documentos; edição; unificação; impressão do cartão; agregados.",
            F,
            "Sumário do manual do CADSUSWEB. A guia de dados biométricos não é simulada, e a tela o diz; a ordem dos "
            "campos é daqui.",
        ),
        Behaviour(
            "RG, CNH, título de eleitor, CTPS, passaporte, NIS, DNV e certidão; cada um inteiro, ou nenhum.",
            I,
            "Os documentos constam do layout e do fio; o que cada um não dispensa é o que um cliente publicado valida. "
            "Os dígitos verificadores deles não são conferidos.",
        ),
        Behaviour(
            "Endereço no Brasil inteiro, até a porta; no exterior, país e cidade.",
            F,
            "Regras de um cliente publicado do CADSUS.",
        ),
        Behaviour(
            "«Buscar na Receita» preenche nome, mãe, nascimento e sexo, que ficam só para leitura.",
            I,
            "O layout tem a marca de origem na Receita; o bloqueio dos campos é decisão do simulador.",
        ),
        Behaviour(
            "O CPF já gravado não se altera pela tela.",
            I,
            "Decisão do simulador: o número só tem um dono, e a troca passa pela unificação.",
        ),
        Behaviour(
            "CNS informado à mão exige justificativa; sem ele, o CADSUS gera um definitivo.",
            I,
            "Os dois campos constam do layout; a obrigação é inferida.",
        ),
        Behaviour(
            "Grau de qualidade de 0 a 100 %, com níveis bronze, prata e ouro.",
            I,
            "A porcentagem consta do layout e o nível bronze, de um passo a passo; pesos e cortes são do simulador.",
        ),
        Behaviour(
            "Cadastro com acesso restrito só aparece pelo número e só se abre com motivo, que vale para a sessão.",
            I,
            "A marca de restrição consta do layout; o modo de abrir é do simulador.",
        ),
        Behaviour(
            "Só o cadastrador escreve; consultador, gerente e TI municipal consultam.",
            I,
            "Os perfis constam da FAQ da prefeitura; que o gerente e a TI consultam é do simulador.",
        ),
        Behaviour(
            "Na unificação escolhe-se o principal; o CNS, sozinho, o definitivo primeiro; há prévia e histórico.",
            F,
            "Manual do e-SUS APS. Os definitivos que sobram passarem a provisórios é inferência.",
        ),
        Behaviour(
            "Todo número unificado continua reconhecido.",
            F,
            "FAQ da integração SISRede SIGBASES.",
        ),
        Behaviour(
            "Quem tem conta, perfil, vínculo ou cargo no portal não é absorvido: só pode ser o principal.",
            I,
            "Decisão do simulador: nada pode apontar para um cadastro absorvido.",
        ),
        Behaviour(
            "Documentos, endereços e contatos do absorvido ficam com ele; só os números e o CPF passam ao principal.",
            I,
            "As fontes dizem que o principal mantém os dados; do resto não falam.",
        ),
        Behaviour(
            "Desfazer volta tudo ao que era; o que foi editado no principal depois fica nele e é dito antes.",
            I,
            "O tipo de transação DESUNIDO consta do layout; o modo é do simulador.",
        ),
        Behaviour(
            "Toda noite, quem é novo no cadastro ou foi corrigido é comparado com todos e entra na fila.",
            I,
            "Os manuais falam de unificar, não de como se acham os duplicados.",
        ),
        Behaviour(
            "«Não é duplicado» vale até mudar nome, mãe, nascimento, sexo ou município de nascimento de um dos dois.",
            I,
            "Decisão do simulador. Não há situação «em revisão»: a prévia é uma página, e a confirmação confere o que "
            "ela mostrou.",
        ),
    ),
)
NOT_YET = (
    "CADSUSWEB: guia de dados biométricos e as dúvidas.",
    "CADSUSWEB: motivos e textos de higienização gravados no cadastro.",
)
GAPS = ("O algoritmo de pesquisa do CADSUS, os seus pesos, e o que ele faz com os dados do cadastro absorvido.",)
