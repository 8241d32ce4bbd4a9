"""What is known of the e-Gestor and of the credential asked there."""

from common.fidelity import Area, Behaviour, F, G, I

AREAS = (
    Area(
        "Entrada e perfis",
        (
            Behaviour("O fundo entra com CNPJ e senha; a pessoa entra com gov.br.", F, "Tela de acesso do e-Gestor."),
            Behaviour("A senha diferencia maiúsculas de minúsculas.", F, "Manual e-SUS APS."),
            Behaviour("Aceita CNPJ com letras.", F, "IN RFB 2.229/2024; documentação da Receita e do SERPRO."),
            Behaviour("O reCAPTCHA é uma caixa de marcar; nada é enviado a terceiros.", I, "Decisão do simulador."),
            Behaviour(
                "A conta gov.br é simulada; a de nível bronze é recusada, as de prata e ouro entram.",
                I,
                "Decisão do simulador, à semelhança de outros serviços do Ministério.",
            ),
            Behaviour("Entrar conta como acesso a todos os perfis ativos.", I, "O real conta por módulo."),
            Behaviour(
                "Cinco erros em 15 minutos bloqueiam o acesso por 15 minutos.", I, "Nenhuma fonte traz o limite."
            ),
            Behaviour(
                "O fundo cadastra o Gestor da AB, que cadastra o Gestor do Programa, que cadastra o Gestor Técnico.",
                F,
                "Manual e-SUS APS.",
            ),
            Behaviour("Ninguém concede perfil para cima.", I, "As fontes só descrevem o caminho para baixo."),
            Behaviour(
                "Perfil sem acesso por 90 dias fica INATIVO e é reativado pelo nível acima.",
                F,
                "Documentação do SISAPS. Um aviso de 2017 falava em 180 dias; vale a mais nova.",
                "EGESTOR_DIAS_INATIVIDADE",
            ),
            Behaviour(
                "Há um só Gestor da AB ativo por ente; ele é substituído, nunca só excluído.",
                I,
                "Decisão do simulador.",
            ),
            Behaviour(
                "O Gestor da AB dá também os perfis de administrador do PEC.",
                I,
                "As fontes os descrevem dentro do PEC.",
            ),
            Behaviour("Registro de outro ente responde 404, como se não existisse.", I, "Decisão do simulador."),
        ),
    ),
    Area(
        "Chamados do e-Gestor e da Gerencia APS",
        (
            Behaviour(
                "Dificuldades no e-Gestor e na Gerencia APS se relatam por chamado (WebAtendimento).",
                F,
                "Nota técnica da SAPS de 03/12/2025, item 2.6.",
            ),
            Behaviour(
                "O chamado se abre aqui mesmo: sobre qual sistema, assunto e mensagem; sem anexo.",
                I,
                "O WebAtendimento é outro portal, e as suas telas não estão nas fontes.",
            ),
            Behaviour(
                "Abre e lê quem tem perfil ativo no ente, e o fundo; responde a SAPS.",
                I,
                "A nota só diz que os chamados vieram dos gestores.",
            ),
            Behaviour(
                "A resposta vem em até 72 horas corridas, como no SIOPS.", I, "Nenhuma fonte dá o prazo da SAPS."
            ),
            Behaviour(
                "Com um chamado do mesmo assunto ainda sem resposta, outro não se abre.", I, "Decisão do simulador."
            ),
        ),
    ),
    Area(
        "Token para implantação",
        (
            Behaviour(
                "Só a sessão do fundo (CNPJ) gera o token.",
                F,
                "Manual de 2025, infográfico e telas; a página de 2024 dizia “gestor municipal”.",
            ),
            Behaviour("O token vale até 23:59h do dia em que foi gerado.", F, "Manual e-SUS APS."),
            Behaviour(
                "“23:59h” é lido como o minuto inteiro, no horário de Brasília: às 00:00:00 o token já não vale.",
                G,
                "O manual não diz o fuso nem o segundo; documentos federais usam o horário oficial de Brasília.",
                "TOKEN_CORTE",
            ),
            Behaviour("O prazo aparece também no horário local do município.", I, "Decisão do simulador."),
            Behaviour(
                "O token tem 20 caracteres em grupos de 4, o último de conferência.",
                G,
                "Nenhuma fonte mostra um token.",
            ),
            Behaviour(
                "O token serve uma vez e é consumido em «Confirmar e avançar».",
                G,
                "As fontes não dizem se ele é de uso único nem quando se consome.",
            ),
            Behaviour(
                "Gerar outro token para o mesmo CPF e estabelecimento cancela o anterior.", I, "Decisão do simulador."
            ),
            Behaviour(
                "O CPF digitado na geração deve ser o de quem pede a credencial.",
                F,
                "Nota do manual; o CPF comparado é o do formulário, porque a sessão é do CNPJ.",
            ),
            Behaviour(
                "Aba «Tokens gerados» com cópia e cancelamento.",
                I,
                "A aba está na tela; colunas e ações são decisão do simulador.",
            ),
        ),
    ),
    Area(
        "Instalação e atualização do PEC",
        (
            Behaviour(
                "O fundo escolhe «Gestor» e «Motivo» e clica em «Gerar Código»; a guia «Códigos gerados» o mostra.",
                F,
                "Página “Novo fluxo para geração de contra-chave e-SUS APS”, de 11/05/2021.",
            ),
            Behaviour("O código vale 24 horas; depois é preciso outro.", F, "A mesma página."),
            Behaviour(
                "O técnico informa o código, «Liberar Acesso», informa a chave do PEC e recebe a contra-chave.",
                F,
                "A mesma página; manual, seção 2.4.4.",
            ),
            Behaviour(
                "Só o Gestor Técnico gera a contra-chave.",
                I,
                "O manual a dá também ao gestor do SISAB, programa cujas telas não existem aqui.",
            ),
            Behaviour("Motivos: Instalação e Atualização.", G, "As fontes mostram o campo, sem as opções."),
            Behaviour("O código serve uma vez, e há um só por gestor.", G, "As fontes dizem só o prazo."),
            Behaviour(
                "Código com a forma do token; chave e contra-chave de quatro grupos de quatro.",
                G,
                "Nenhuma fonte mostra as formas.",
            ),
            Behaviour(
                "A contra-chave depende só da chave: o PEC a confere sem rede, e o e-Gestor não sabe de que PEC ela é.",
                I,
                "Decisão do simulador. O algoritmo é próprio.",
            ),
            Behaviour("Textos das recusas.", I, "As fontes não os mostram."),
        ),
    ),
    Area(
        "Solicitação da credencial",
        (
            Behaviour(
                "Pede o perfil GESTOR DO PROGRAMA MUNICIPAL no programa IMPLANTAÇÃO E-SUS APS.",
                F,
                "Manual de 2025; a página de 2024 falava só em “perfil de gestor municipal”.",
            ),
            Behaviour(
                "Contra-chave de 8 grupos de 4 caracteres, mostrada pelo PEC e digitada no e-Gestor.",
                F,
                "Telas do e-Gestor e do PEC. A contra-chave da instalação corre no sentido contrário e é outra coisa.",
            ),
            Behaviour("A contra-chave precisa ser de uma instalação do mesmo ente.", I, "Decisão do simulador."),
            Behaviour("Ordem e textos das conferências do token.", I, "As telas mostram só o campo obrigatório."),
            Behaviour("Grupos, rótulos e ordem dos campos do formulário.", F, "Telas 1032 a 1039 do manual."),
            Behaviour("Regras de IP, períodos, quantidades e datas.", I, "As telas não mostram as validações."),
            Behaviour(
                "O FES cadastra os usuários do estado, o FMS os do município; no estado e no DF o perfil é GESTOR DO "
                "PROGRAMA ESTADUAL.",
                I,
                "A nota 441/2025 manda os do estado ao gestor municipal, pelo CNPJ do FMS.",
            ),
            Behaviour("Dois erros de digitação das telas foram corrigidos.", I, "“cessionários” e “no sistemas”."),
            Behaviour(
                "O rascunho é guardado; vencido o token, seus dados podem ser copiados.", I, "Decisão do simulador."
            ),
        ),
    ),
    Area(
        "Certificado",
        (
            Behaviour(
                "O arquivo .cer é recusado com a frase do manual.",
                F,
                "O manual o proíbe em uma seção e o oferece em outra; só o .pfx traz a chave privada.",
                "CER_POLICY",
            ),
            Behaviour(
                "Perfil A1: um ano, chave RSA em software, campos otherName e política.",
                F,
                "DOC-ICP-04 v8.1.",
            ),
            Behaviour(
                "Autoridades RSA (raiz de 4.096 bits, emissora de 2.048) e sha256WithRSA do certificado até a raiz.",
                I,
                "Um A1 verdadeiro traz só RSA com SHA-256 acima dele; o certificado do servidor tem também um P-256.",
            ),
            Behaviour(
                "Quem assina o certificado gerado é a AC e-Gestor SIMULADA.",
                G,
                "Nenhuma fonte diz que autoridade assina o certificado gerado pelo e-Gestor, nem com que perfil.",
            ),
            Behaviour(
                "As duas cadeias simuladas são aceitas na autenticação.",
                I,
                "O guia da RNDS pede ICP-Brasil; o e-Gestor gera um próprio.",
            ),
            Behaviour(
                "Titular diferente do estabelecimento, do fundo e de quem pede gera aviso.",
                G,
                "Não se sabe se o e-Gestor real confere o titular.",
                "TITULARIDADE_ESTRITA",
            ),
            Behaviour(
                "O certificado gerado é um e-CNPJ do fundo, com o gestor responsável como responsável.",
                G,
                "Nenhuma fonte mostra o titular do certificado gerado pelo e-Gestor.",
            ),
            Behaviour("Conferências C1 a C14 e seus textos.", I, "Decisão do simulador sobre o DOC-ICP-04."),
            Behaviour("Certificado da ICP-Brasil verdadeira é recusado e não é guardado.", I, "Decisão do simulador."),
            Behaviour(
                "Avisos a 30, 15, 7 e 1 dia do vencimento.",
                I,
                "Recurso do simulador: o manual só mostra a validade e, depois, «Certificado expirado».",
            ),
        ),
    ),
    Area(
        "Termo e credencial",
        (
            Behaviour("Título do termo, caixa «Aceito os termos de uso» e botões.", F, "Tela 1041 do manual."),
            Behaviour("Texto do termo: redação própria do simulador.", I, "A tela mostra só o começo do original."),
            Behaviour("Guarda versão, resumo, instante, IP e navegador do aceite.", I, "Decisão do simulador."),
            Behaviour(
                "A credencial nasce ATIVA no aceite.",
                F,
                "Telas 1042 e 1043. O texto fala em “APROVAÇÃO”; a análise por pessoa é opcional aqui.",
                "MODO_ANALISE",
            ),
            Behaviour(
                "Nomes das situações intermediárias (em análise, pendente, reprovada…).",
                G,
                "Não foram encontrados em fonte pública.",
            ),
            Behaviour(
                "Nova credencial do mesmo CNES revoga a anterior e pode repetir o ID.",
                F,
                "Tela 1030: o mesmo CNES tem uma linha ATIVO e várias REVOGADA, com ID repetido.",
                "REUSAR_ID",
            ),
            Behaviour(
                "«ID do solicitante», «ID SOLICITAÇÃO» e «Identificador solicitante» são o mesmo número.",
                F,
                "Telas e guia da RNDS; é o n de BRRNDS-n.",
            ),
            Behaviour(
                "A credencial continua ATIVO quando o certificado vence; o acesso é recusado.",
                G,
                "Não se sabe se a situação muda para outra.",
            ),
            Behaviour("Revogar exige motivo e entra na lista de revogados.", I, "Decisão do simulador."),
        ),
    ),
)
NOT_YET = (
    "e-Gestor: Saúde na Hora, o agendamento on-line pela contra-chave e as telas dos programas além da IMPLANTAÇÃO "
    "E-SUS APS e do GERENCIA APS. Dos demais (ADESÃO-PROTEJA, EVENTOS, FORMULÁRIO - PAGAMENTO MAIS MÉDICOS, "
    "INFORMATIZA-APS e SISAB) o manual só mostra o nome na lista: o perfil se dá, e o sistema não se abre.",
)
GAPS = (
    "Autoridade e perfil do certificado gerado pelo e-Gestor.",
    "Formato do token para implantação, do código de instalação, da chave e da contra-chave.",
    "Se o token é de uso único e quando é consumido.",
    "Fuso horário de “23:59h”.",
    "Se o e-Gestor real confere o titular do .pfx.",
)
