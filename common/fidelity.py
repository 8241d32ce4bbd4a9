"""What the simulator knows and what it supposes: the source of each simulated behaviour, shown in «Fidelidade»."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    FACT = "fato"
    INFERENCE = "inferência"
    GAP = "lacuna"

    @property
    def tone(self) -> str:
        return {"fato": "success", "inferência": "info", "lacuna": "warning"}[self.value]


@dataclass(frozen=True)
class Behaviour:
    """One behaviour: what the simulator does, how it is known, on what grounds, and the switch that changes it."""

    text: str
    source: Source
    grounds: str
    switch: str = ""


@dataclass(frozen=True)
class Area:
    title: str
    behaviours: tuple[Behaviour, ...]


F, I, G = Source.FACT, Source.INFERENCE, Source.GAP  # noqa: E741 -- one letter keeps the table readable

AREAS = (
    Area(
        "Entrada e perfis",
        (
            Behaviour("O fundo entra com CNPJ e senha; a pessoa entra com gov.br.", F, "Tela de acesso do e-Gestor."),
            Behaviour("A senha diferencia maiúsculas de minúsculas.", F, "Manual e-SUS APS."),
            Behaviour("Aceita CNPJ com letras.", F, "IN RFB 2.229/2024; documentação da Receita e do SERPRO."),
            Behaviour("O reCAPTCHA é uma caixa de marcar; nada é enviado a terceiros.", I, "Decisão do simulador."),
            Behaviour("A conta gov.br é simulada e aceita níveis bronze, prata e ouro.", I, "Decisão do simulador."),
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
            Behaviour("Há um só Gestor da AB ativo por ente.", I, "Decisão do simulador."),
            Behaviour("Registro de outro ente responde 404, como se não existisse.", I, "Decisão do simulador."),
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
    Area(
        "PEC simulado",
        (
            Behaviour(
                "Menu «Certificados», campos e botões.",
                F,
                "Manual de 2025, seção 3.11.2; o nome antigo era «Configuração RNDS».",
            ),
            Behaviour("O arquivo vai para a pasta “chaves” do servidor.", F, "Manual de 2025, seção 3.11.2."),
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
                "Corpos de erro do /api/token.",
                G,
                "Nenhum corpo de erro é público; os daqui são contrato do simulador.",
                "AUTH_MODO_ERRO",
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
    Area(
        "Prazos e relógio",
        (
            Behaviour("Um só relógio legal: o horário de Brasília.", I, "Prática dos documentos federais."),
            Behaviour(
                "Fuso de cada município pela tabela do IBGE; sem horário de verão.",
                F,
                "Lei 12.876/2013 e Decreto 9.772/2019.",
            ),
            Behaviour("O vencimento é decidido no uso, nunca pela rotina que o registra.", I, "Decisão do simulador."),
            Behaviour("JWT e TLS usam o tempo real.", I, "Decisão do simulador."),
        ),
    ),
)

# What was looked for and not found in public sources.
GAPS = (
    "Corpos de erro de /api/token.",
    "Código HTTP de EHR-ERR881, 884, 906, 832 e 983.",
    "Corpo da resposta de contexto-atendimento.",
    "Nomes das situações da solicitação no Portal de Serviços do DATASUS.",
    "Dígito verificador oficial do CNES.",
    "Autoridade e perfil do certificado gerado pelo e-Gestor.",
    "Formato do token para implantação.",
    "Se o token é de uso único e quando é consumido.",
    "Se a revogação derruba os tokens de acesso já emitidos.",
    "Lista oficial completa dos erros da RNDS.",
    "Fuso horário de “23:59h”.",
    "Se o e-Gestor real confere o titular do .pfx.",
    "Se ATIVO muda para outra situação quando o certificado vence.",
)


def as_markdown() -> str:
    """The text of docs/fidelity.md: the same table for who reads the repository."""
    lines = ["# Fidelidade do simulador", "", "Gerado de `common/fidelity.py` por `python -m common.fidelity`.", ""]
    for area in AREAS:
        lines += [f"## {area.title}", "", "| comportamento | fonte | fundamento | interruptor |", "|---|---|---|---|"]
        lines += [
            f"| {row.text} | {row.source} | {row.grounds} | {f'`{row.switch}`' if row.switch else ''} |"
            for row in area.behaviours
        ]
        lines.append("")
    lines += ["## O que não se sabe", "", *(f"- {gap}" for gap in GAPS), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    from pathlib import Path

    Path("docs/fidelity.md").write_text(as_markdown())
