"""What is known of the PEC and of the RNDS."""

from common.fidelity import Area, Behaviour, F, G, I

AREAS = (
    Area(
        "PEC simulado",
        (
            Behaviour(
                "Menu «Certificados», campos e botões.",
                F,
                "Manual de 2025, seção 3.11.2; o nome antigo era «Configuração RNDS».",
            ),
            Behaviour("O arquivo vai para a pasta “chaves” do servidor.", F, "Manual de 2025, seção 3.11.2."),
            Behaviour(
                "Um arquivo da pasta que ninguém abre em uma hora é apagado.",
                I,
                "Só do simulador: pode ser um certificado verdadeiro, e a pasta real também não pede senha.",
            ),
            Behaviour(
                "Recusa um arquivo cuja senha tem acento.",
                I,
                "O PEC é escrito em Java, que dá essa senha por errada; provado com o keytool.",
            ),
            Behaviour("Um só certificado por instalação.", F, "Notas da versão 5.1."),
            Behaviour(
                "Recusa na hora um identificador que não é do certificado.",
                I,
                "Na vida real só a primeira chamada descobre.",
                "PEC_VALIDA_ID",
            ),
            Behaviour(
                "Último envio: Conexão bem-sucedida, Sem conexão, Certificado expirado ou Falha no certificado.",
                F,
                "Manual de 2025, seção 3.11.5.",
            ),
            Behaviour(
                "Com o serviço CADSUS, o PEC busca cidadãos na base nacional com o certificado da instalação.",
                F,
                "Manual de 2025. Ele pede o token do barramento e pergunta em HL7, como o cliente público da UFSC.",
            ),
            Behaviour(
                "«Testar conexão» pergunta também ao CADSUS, por um CNS que ninguém tem; a tela diz cada chamada.",
                I,
                "Recurso do simulador. O PEC real mostra só uma das quatro situações do último envio.",
            ),
            Behaviour(
                "Cada busca pede um token novo.",
                I,
                "O guia da RNDS manda reutilizá-lo por 30 minutos; aqui se vê cada chamada, e o certificado morto.",
            ),
            Behaviour(
                "Para o CADSUS, o PEC do simulador não exige HTTPS, domínio nem login gov.br.",
                I,
                "O manual os exige; aqui a instalação é simulada e não tem endereço.",
            ),
            Behaviour(
                "«Certificado expirado» compara datas; o servidor compara instantes.",
                F,
                "O manual compara a validade com o dia de hoje; no último dia os dois podem discordar.",
            ),
        ),
    ),
    Area(
        "Autenticação na RNDS",
        (
            Behaviour(
                "GET /api/token com certificado de cliente (mTLS).",
                F,
                "Guia da RNDS e clientes públicos; o manual v1.2 dizia POST.",
                "AUTH_ACEITA_POST",
            ),
            Behaviour(
                "Resposta com access_token, scope, token_type e expires_in em milissegundos (30 minutos).",
                F,
                "Guia de Implementação da RNDS; a unidade é dedução dos 30 minutos.",
            ),
            Behaviour("JWT RS256, kid que começa por “rnds auth”, mais de 2000 caracteres.", F, "Guia da RNDS."),
            Behaviour("Demais declarações do JWT.", I, "As fontes mostram só pedaços."),
            Behaviour(
                "Textos de 405, 429, 500, 503 e da falta de credencial com 401.", I, "Redação própria do simulador."
            ),
            Behaviour(
                "Certificado de homologação na produção.",
                G,
                "Ainda não simulado.",
            ),
            Behaviour(
                "Corpos de erro do /api/token.",
                G,
                "Nenhum corpo de erro é público; os daqui são contrato do simulador, com «simulador» no fim em treino.",
                "AUTH_MODO_ERRO",
            ),
            Behaviour(
                "Certificado A3, de uso errado, com CPF inconsistente ou algoritmo fraco não recebe token.",
                I,
                "São as conferências C9 a C11 e C13, estejam ou não registrados; o guia da RNDS pede A1.",
            ),
            Behaviour(
                "Certificado válido sem credencial ativa recebe token.",
                G,
                "Há relatos dos dois comportamentos: recusa na autenticação ou EHR-ERR884 depois.",
                "SEM_CREDENCIAL",
            ),
            Behaviour(
                "Revogar a credencial vale na hora para novos tokens.",
                G,
                "Não se sabe se a revogação derruba tokens já emitidos.",
            ),
            Behaviour(
                "Limite de tokens por minuto e por certificado.",
                I,
                "Decisão do simulador.",
                "AUTH_LIMITE_POR_MINUTO",
            ),
        ),
    ),
)
NOT_YET = (
    "RNDS: os serviços EHR que o token abre (contexto de atendimento, envio e consulta de documentos).",
    "Portal de Serviços do DATASUS: o pedido da RNDS fora do PEC, com a aprovação da homologação e a da produção.",
    "PEC: envio de RIA-C, RIA-R, RAC e RPM; a aba RNDS mostra só as chamadas de token e CADSUS.",
)
GAPS = (
    "Corpos de erro de /api/token.",
    "Código HTTP de EHR-ERR881, 884, 906, 832 e 983.",
    "Corpo da resposta de contexto-atendimento.",
    "Nomes das situações da solicitação no Portal de Serviços do DATASUS.",
    "Se a revogação derruba os tokens de acesso já emitidos.",
    "Lista oficial completa dos erros da RNDS.",
    "Se ATIVO muda para outra situação quando o certificado vence.",
)
