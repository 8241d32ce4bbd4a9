"""What is known of the services of the CADSUS that systems call."""

from common.fidelity import Area, Behaviour, F, I

_CLIENTS = "Clientes publicados que falam com o serviço verdadeiro."
_OWN = "Decisão do simulador."
AREA = Area(
    "CADSUS: serviços para sistemas (token, PDQ, PIX)",
    (
        Behaviour(
            "`GET /api/osb/token`, por TLS mútuo; `expires_in` em milissegundos; 30 minutos.",
            F,
            "Página de integração da RNDS e clientes publicados.",
        ),
        Behaviour(
            "`POST /cadsus/v2/PDQSupplierJWT`, com `Authorization: jwt <token>` e sem certificado.",
            F,
            _CLIENTS,
        ),
        Behaviour(
            "`…JWTGovBR` pede também `X-Authorization-GovBr`; do token gov.br só se confere que existe e não venceu.",
            I,
            f"O cabeçalho é do cliente do e-SUS APS. {_OWN}",
        ),
        Behaviour(
            "`/cadsus/PDQSupplier` pede WS-Security, `UsernameToken` com `PasswordText`, de um usuário da credencial.",
            F,
            f"{_CLIENTS} De onde vêm os usuários («Acesso de sistemas») é decisão do simulador.",
        ),
        Behaviour(
            "`POST /login` (usuário e senha em JSON) e `POST /token/osb`: o segundo modo do cliente de municípios.",
            F,
            "Clientes publicados. A forma da resposta do login é do simulador: a mesma do token.",
        ),
        Behaviour(
            "Quem não existe é NF com a situação 200; pergunta incompleta é AE com QE.",
            F,
            "NF consta dos clientes; AE com QE é do padrão HL7, e os textos são do simulador.",
        ),
        Behaviour(
            "Um CNS diz o seu tipo; a mãe vem antes do pai; o telefone vem em três partes.",
            F,
            "Resposta verdadeira guardada nas provas de um cliente público.",
        ),
        Behaviour(
            "Falta de token é 401 com um SOAP Fault OSB_SEM_AUTENTICACAO.",
            I,
            "O texto é conhecido; a situação HTTP, não.",
        ),
        Behaviour(
            "Um token vale só no serviço e na sala que o deu, até vencer, também com a credencial revogada depois.",
            I,
            f"{_OWN} Não se sabe se o serviço verdadeiro confere a credencial a cada consulta.",
        ),
        Behaviour(
            "CPF, CNS e NIS/PIS/PASEP acham pessoas, cada um pela sua raiz.",
            F,
            "Clientes publicados. Do NIS, que o CADSUS guarda como documento, vale o primeiro cadastro que o tem.",
        ),
        Behaviour(
            "Números de raiz desconhecida, ou com dígito verificador errado, não acham ninguém (NF).",
            I,
            "As provas de um cliente publicado usam CNS de dígito errado e esperam resposta.",
        ),
        Behaviour(
            "Por dados pessoais: dois critérios, nota a partir de 70, dez por vez até cem; continua por dez minutos.",
            I,
            f"O algoritmo do CADSUS não é público. {_OWN}",
        ),
        Behaviour(
            "PIX: inclusão (201301), revisão (201302) e junção (201304), com CA, ou CE e um detalhe por regra.",
            F,
            "Cliente do e-SUS APS, que lê todo detalhe como erro. Os códigos e os textos são do simulador.",
        ),
        Behaviour(
            "PIX: vale o identificador local de quem envia, depois CPF e CNS; com CPF ou certidão o CNS é definitivo.",
            I,
            f"O CADSUS não publica como decide. As regras são as do CADSUSWEB. {_OWN}",
        ),
        Behaviour(
            "PIX: escreve o sistema com credencial ativa; a transação leva o nome dele e o CNES da credencial.",
            I,
            _OWN,
        ),
        Behaviour(
            "PIX: o que a mensagem não diz fica como está, e a mesma mensagem de novo não deixa nada.",
            I,
            _OWN,
        ),
        Behaviour("Cadastro com acesso restrito só se acha pelo número, e diz `confidentialityCode` R.", I, _OWN),
        Behaviour(
            "DOCTYPE, entidades, mais de 1 MiB ou XML aninhado demais são recusados com SOAP Fault.",
            I,
            f"O cliente do e-SUS APS também recusa DOCTYPE. {_OWN}",
        ),
        Behaviour(
            "CadsusService v5r0 em `/cadsus/CadsusService/v5r0`: `pesquisar`, `consultar` e `calcularGrauDeQualidade`, "
            "por WS-Security; nomes, espaços e prefixos das mensagens.",
            F,
            "Clientes publicados e as classes que eles geraram do WSDL verdadeiro.",
        ),
        Behaviour(
            "Cada serviço descreve-se em `?wsdl`, sem credencial; as mensagens de HL7 aparecem como elementos abertos.",
            I,
            "Os WSDL são nossos, escritos das mensagens que os clientes mandam; os verdadeiros não são repetidos aqui.",
        ),
        Behaviour(
            "No CadsusService, ninguém encontrado é uma resposta sem ResultadoPesquisa; um CNS que não existe, uma "
            "operação que escreve (501) e um pedido incompleto são Fault. `consultar` traz só uma parte de UsuarioSUS.",
            I,
            f"Os casos de erro não são conhecidos. {_OWN}",
        ),
        Behaviour(
            "AuditoriaCadsusService v5r0: histórico de transações e de unificações, última alteração, campos alterados "
            "por transação e histórico de impressão; nomes, espaços e mensagens.",
            F,
            "Classes que clientes publicados geraram do WSDL verdadeiro.",
        ),
        Behaviour(
            "Na auditoria, um cadastro que nunca mudou no simulador não tem data de alteração (Fault); uma unificação "
            "traz, de cada lado, o outro cadastro; o histórico de impressão é vazio, porque nenhum cartão se imprime.",
            I,
            f"Os casos de erro não são conhecidos. {_OWN}",
        ),
        Behaviour(
            "Cenário `muitos`: 25 candidatos, dez por vez; `timeout`: 60 segundos sem resposta e depois 504.",
            I,
            _OWN,
        ),
    ),
)
NOT_YET = (
    "CADSUS no fio: no PIX, apagar contato ou nome social já informados.",
    "CADSUS no fio: em CadsusService v5r0, incluir, atualizar, alterarSituacao e a busca por outros documentos.",
    "CADSUS no fio: a Regra 2025, que só o SISRede e o lote conhecem; um temporário vencido responde como ativo.",
)
GAPS = ("A situação HTTP dos Faults do PDQ e de um token vencido, e os limites de chamadas do CADSUS.",)
