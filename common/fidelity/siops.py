"""What is known of the SIOPS and of the change of managers."""

from common.fidelity.sources import Area, Behaviour, F, G, I

AREAS = (
    Area(
        "Entrada no SIOPS com certificado",
        (
            Behaviour(
                "Vale e-CPF, ou e-CNPJ que traga dentro o CPF de quem entra.",
                F,
                "Perguntas frequentes do SIOPS em gov.br. Um guia estadual fala só em e-CPF; vale a fonte federal.",
            ),
            Behaviour(
                "O navegador apresenta o certificado em uma porta própria, escolhida por «Estado» ou «Município».",
                I,
                "O sistema real pede instalador e drivers do dispositivo; os botões são os mesmos.",
            ),
            Behaviour(
                "O token virtual faz o papel do dispositivo: pede o PIN e assina um desafio com a chave guardada.",
                I,
                "Decisão do simulador, para salas de aula.",
            ),
            Behaviour(
                "Três PINs errados bloqueiam, o PUK desbloqueia, três PUKs errados inutilizam a mídia.",
                I,
                "Prática dos dispositivos de mercado; as fontes só falam do PIN como senha do dispositivo.",
            ),
            Behaviour(
                "O certificado da mídia A3 traz a mesma política e a mesma validade de um ano do A1.",
                I,
                "As autoridades simuladas têm um só perfil de pessoa física.",
            ),
            Behaviour("A sessão vale por um só ente e um só papel.", I, "Decisão do simulador."),
            Behaviour(
                "O substituto age do primeiro ao último dia da vigência, no horário de Brasília, «por substituição».",
                I,
                "O guia não diz como se contam os dias.",
            ),
        ),
    ),
    Area(
        "Senhas e acesso do técnico",
        (
            Behaviour(
                "O técnico entra com CPF e senha; chefe do Executivo, Secretário e substitutos só com certificado.",
                F,
                "Orientações do SIOPS e guia do COSEMS-MS.",
            ),
            Behaviour(
                "O primeiro acesso e «ESQUECEU A SENHA» enviam um link de uso único, válido por 30 minutos.",
                I,
                "Desvio proposital: o fluxo real envia a própria senha por e-mail.",
            ),
            Behaviour(
                "O link vai para o e-mail atual do cadastro: depois de «ALTERAR», o novo.", F, "Guia do COSEMS-MS."
            ),
            Behaviour(
                "Mudou o e-mail do cadastro: a senha definida pelo e-mail anterior deixa de abrir aquele ente.",
                I,
                "O guia manda usar «ESQUECEU A SENHA» depois de «ALTERAR»; não diz se a senha antiga ainda vale.",
            ),
            Behaviour(
                "Uma pessoa que envia dados de vários entes tem uma só senha, que abre os de mesmo e-mail.",
                I,
                "Assim o Secretário de um ente não alcança o outro.",
            ),
            Behaviour(
                "Novo cadastro, ainda que da mesma pessoa, pede nova senha.",
                F,
                "Guia do COSEMS-MS: o técnico recebe e-mail com a nova senha.",
            ),
            Behaviour("Cinco senhas erradas bloqueiam o CPF do técnico por 30 minutos.", I, "Decisão do simulador."),
            Behaviour(
                "A resposta é a mesma, e no mesmo tempo, para CPF ou CNPJ cadastrado ou não.",
                I,
                "Decisão do simulador.",
            ),
            Behaviour(
                "e-Gestor: o CNPJ do fundo em «Esqueci minha senha» envia um link ao e-mail do FNS.",
                I,
                "O fluxo real envia a senha, pelo sítio do FNS. E-mail desatualizado: DICON do estado.",
            ),
            Behaviour(
                "e-Gestor: o CPF em «Esqueci minha senha» envia instruções; a pessoa entra pelo gov.br simulado.",
                I,
                "O fluxo real tem senha de pessoa física. E-mail desatualizado: Gestor da Atenção Básica.",
            ),
        ),
    ),
    Area(
        "Atualização cadastral no FNS e chamados do SIOPS",
        (
            Behaviour(
                "São pedidos o Anexo I assinado, o ofício com o CNPJ, a identidade, o Ato de posse e a residência.",
                F,
                "Guia do COSEMS-MS.",
            ),
            Behaviour(
                "Os documentos são enviados pela tela e nada sai do simulador.",
                I,
                "O fluxo real os envia por e-mail ao SECON da Superintendência Estadual.",
            ),
            Behaviour("O e-mail do Anexo I tem de ser institucional.", F, "Guia do COSEMS-MS."),
            Behaviour(
                "Endereço de provedor público (gmail, hotmail, outlook, yahoo e outros) é recusado.",
                I,
                "O guia diz só “institucional”; a lista de provedores é do simulador.",
            ),
            Behaviour(
                "A aprovação envia um acesso simulado, sem senha, ao e-mail institucional.",
                I,
                "O fluxo real envia a senha de acesso ao cadastramento de propostas.",
            ),
            Behaviour(
                "Rascunho, enviado, em conferência, devolvido com motivos e aprovado; um por vez em cada ente.",
                I,
                "As fontes não descrevem a conferência.",
            ),
            Behaviour(
                "Vale o conteúdo do arquivo, não o nome: PDF, PNG ou JPEG de até 10 MB, sem nada embutido.",
                I,
                "O guia pede só cópias legíveis.",
            ),
            Behaviour("O chamado é atendido em até 72 horas.", F, "Guia do COSEMS-MS."),
            Behaviour(
                "As 72 horas são corridas, contam também no fim de semana e recomeçam quando o chamado é reaberto.",
                G,
                "O guia não diz como se contam.",
            ),
            Behaviour(
                "O arquivo zipado segue pela tela do chamado, aberto pelo técnico ou pelo Secretário.",
                I,
                "O fluxo real o envia por e-mail.",
            ),
            Behaviour(
                "O Ministério pode liberar uma crítica, com motivo, só para uma versão de uma declaração.",
                I,
                "Decisão do simulador.",
            ),
        ),
    ),
)
