"""What is known of the SIOPS and of the change of managers."""

from common.fidelity import Area, Behaviour, F, G, I

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
                "Só a hierarquia ICP simulada prova quem é a pessoa; o e-CNPJ, se traz o CPF e o nome dela.",
                I,
                "O certificado da credencial traz o gestor responsável que alguém digitou, e não abre o SIOPS.",
            ),
            Behaviour(
                "A sessão termina quando o certificado é revogado ou vence.",
                I,
                "Decisão do simulador; as fontes só dizem que o certificado precisa ser válido.",
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
                "CPF sem certificado recebe as mesmas respostas, com a mesma contagem até «bloqueado».",
                I,
                "Decisão do simulador: assim o token virtual não diz quem tem certificado.",
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
        "Certificado Digital do SIOPS, 1ª a 4ª etapa",
        (
            Behaviour(
                "Orientação, solicitação financiada pelo Ministério, agendamento, emissão no posto e ativação.",
                F,
                "Orientações do SIOPS; quem já tem um certificado válido segue direto para a 4ª etapa.",
            ),
            Behaviour(
                "Só pede quem está na carga da eleição ou no cadastro de gestores.",
                F,
                "Passo a passo do SIOPS. Os nomes das situações do pedido são do simulador.",
            ),
            Behaviour(
                "O pedido se acompanha, agenda e cancela pelo CPF e pelo protocolo, enviado por e-mail.",
                I,
                "Quem ainda não tem certificado não tem outra entrada; a busca errada repetida é limitada.",
            ),
            Behaviour(
                "O agendamento é do dia útil seguinte até 90 dias adiante: nem fim de semana, nem feriado nacional.",
                I,
                "Contam também Carnaval e Corpus Christi; feriados do estado e do município não contam. As fontes não "
                "dão limite de antecedência.",
            ),
            Behaviour(
                "Quem vem em outro dia que não o agendado é atendido assim mesmo (encaixe).",
                I,
                "As fontes não dizem o que faz a certificadora; o treino não para por isso.",
            ),
            Behaviour(
                "O posto confere identificação, CPF, residência, ato de posse, foto e, no A3, a mídia.",
                I,
                "O guia pede documentos e o token, sem lista fechada; cada certificadora tem a sua.",
            ),
            Behaviour(
                "O A1 sai em arquivo .p12 e também no token virtual, com PIN e PUK.",
                I,
                "Um A1 verdadeiro só tem a senha do arquivo; o PIN é para a sala de aula sem navegador preparado.",
            ),
            Behaviour(
                "e-CPF A1: política 2.16.76.1.2.1.n, um ano. A3: política 2.16.76.1.2.3.n, até cinco anos.",
                F,
                "DOC-ICP-04 v8.1. Aqui o A3 vale cinco anos, ou até o fim da autoridade que o assina.",
            ),
        ),
    ),
    Area(
        "Módulo de Gestores do SIOPS",
        (
            Behaviour(
                "Prefeitos e governadores vêm dos dados do TSE da última eleição; o reeleito nada muda.",
                F,
                "Guia do COSEMS-MS. O formato do arquivo e a eleição suplementar são do simulador.",
            ),
            Behaviour(
                "Fora da eleição, o chefe do Executivo muda por ofício, com cópias da Ata de Posse e do Diploma.",
                F,
                "Orientações do SIOPS; a análise e a devolução com motivo são do simulador.",
            ),
            Behaviour(
                "Quem o chefe anterior cadastrou fica A CONFIRMAR e não age até o novo chefe confirmar ou substituir.",
                I,
                "As fontes não dizem o que acontece com os indicados; não há prazo, porque ninguém age enquanto isso.",
            ),
            Behaviour(
                "O chefe do Executivo cadastra substitutos e Secretário; o novo cadastro se sobrepõe ao anterior.",
                F,
                "Guia do COSEMS-MS: não é preciso ofício.",
            ),
            Behaviour(
                "Trocado o Secretário, o responsável pelo envio é cadastrado de novo, ainda que seja a mesma pessoa.",
                F,
                "Guia do COSEMS-MS.",
            ),
            Behaviour(
                "Há um só Secretário e um só responsável pelo envio por ente; o histórico nunca se apaga.",
                I,
                "O guia fala em sobreposição; a unicidade é decisão do simulador.",
            ),
            Behaviour(
                "O Secretário não é o Chefe do Executivo, e quem homologa não é o responsável pelo envio.",
                I,
                "Segregação de funções; nenhuma fonte a escreve assim.",
            ),
            Behaviour(
                "O membro do Conselho de Saúde é cadastrado pelo Secretário.",
                I,
                "As fontes não dizem quem o cadastra.",
            ),
            Behaviour(
                "O gestor é avisado 30 dias antes de o e-CPF vencer e, a partir daí, pode pedir outro.",
                I,
                "Decisão do simulador.",
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
            Behaviour(
                "Cinco senhas erradas bloqueiam o CPF do técnico por 30 minutos, de onde quer que sejam tentadas.",
                I,
                "Decisão do simulador; uma nova senha pelo link desbloqueia na hora.",
            ),
            Behaviour(
                "A caixa de correio simulada mostra, sem senha, o que foi escrito para qualquer endereço.",
                I,
                "Faz o papel do correio de quem ainda não pode entrar; só existe no treino.",
                "DEMO",
            ),
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
                "O dirigente pode assinar o Anexo I no portal, com o PIN, em vez de imprimir e digitalizar.",
                I,
                "O procedimento real pede a folha assinada; o simulador aceita as duas formas.",
            ),
            Behaviour(
                "Endereço de provedor público (gmail, hotmail, outlook, yahoo e outros) é recusado.",
                I,
                "O guia diz só “institucional”; a lista de provedores é do simulador.",
            ),
            Behaviour(
                "O acesso aprovado vai para o e-mail institucional.",
                F,
                "Guia do COSEMS-MS: «é a partir dele que será encaminhada a senha de acesso».",
            ),
            Behaviour(
                "O que chega é um link de uso único, válido por 30 minutos, e não a senha.",
                I,
                "Desvio proposital, como o do técnico; o fluxo real envia a própria senha.",
            ),
            Behaviour(
                "A conta aberta é a do fundo (CNPJ), a mesma da pessoa jurídica no e-Gestor; não a do dirigente.",
                I,
                "O guia diz que a senha de pessoa jurídica do e-Gestor é a do cadastro no FNS.",
            ),
            Behaviour(
                "O e-mail institucional aprovado passa a ser o do fundo; CNPJ que não é o do fundo não é aprovado.",
                I,
                "O guia liga o e-mail do cadastro do FNS à recuperação da senha; não diz quem confere o CNPJ.",
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
