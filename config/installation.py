"""docs/interruptores.md: every switch of common.switches, and what only the installation has."""

from dataclasses import dataclass

from common import switches
from config.paths import BASE_DIR

PAGE = BASE_DIR / "docs" / "interruptores.md"
INTRODUCTION = """\
# Interruptores

Gerado de `common/switches.py` e `config/installation.py` por `python manage.py switches`; não edite à mão.

Tudo o que se muda sem tocar no código. O padrão é o comportamento mais estrito. A variável de ambiente vale para toda a
instalação; um valor que não existe impede o início, com a lista dos que existem. Vazia, é como se não estivesse lá.

Uma sala pode ter o seu próprio valor em cada interruptor do simulador: na tela «Interruptores da sala», com
`manage.py room switch` ou em `/sim/salas/<código>/interruptores` ([salas](runbooks/salas.md)). Vale a partir do pedido
seguinte, em todos os processos e em nenhuma outra sala, e não muda quando a sala é reiniciada. A sala aberta tem
sempre os valores da instalação.
"""
HEAD = ("| variável | valores | padrão | efeito |", "|---|---|---|---|")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the environment says of the installation alone, in Markdown: config/settings reads it."""

    variables: str
    values: str
    standard: str
    effect: str


INSTALLATION = (
    Setting(
        "`DEMO`",
        "`true`, `false`",
        "`true` em `make run`, `false` em produção",
        "Mostra as personas na entrada, deixa entrar por elas (senhas, PIN e PUK publicados; gov.br simulado "
        "só com o CPF) e abre a caixa de correio simulada (`/caixa-de-correio/`), onde qualquer visitante lê "
        "o que foi escrito para qualquer endereço. Desligado, nada disso existe nem vale, mesmo em um banco "
        "que já foi de demonstração: veja «Fora da demonstração» em "
        "[conteineres.md](runbooks/conteineres.md).",
    ),
    Setting(
        "`PORT`, `TLS_PORT`",
        "porta",
        "`8000`, `8443`",
        "Portas do portal e do TLS mútuo, em 127.0.0.1.",
    ),
    Setting(
        "`PORTAL_URL`, `TLS_URL`",
        "endereço",
        "das portas acima",
        "Endereços públicos, escritos nos certificados (LCR, cadeia), nos e-mails e nas páginas. Nunca um "
        "endereço `.gov.br`.",
    ),
    Setting(
        "`PORTAL_HOST` (`make run HOST=…`)",
        "endereço ou nome",
        "`127.0.0.1`",
        "Onde o portal escuta. Um endereço da rede local abre o portal à turma: nomes do certificado, "
        "endereços e correio o seguem, e o terminal mostra o QR.",
    ),
    Setting(
        "`SALAS_MAXIMO`",
        "número",
        "`60`",
        "Salas abertas ao mesmo tempo, além da sala aberta (60: 1,3 GB e 47.000 arquivos). `0` desliga as "
        "salas: o portal usa o próprio banco de `DATABASE_URL`.",
    ),
    Setting(
        "`SALAS_RESERVA`",
        "número",
        "`2`",
        "Cópias prontas para a próxima sala ou o próximo reinício.",
    ),
    Setting(
        "`SALAS_CONEXOES`",
        "número",
        "`16`",
        "Conexões em repouso que cada processo guarda, de qualquer sala.",
    ),
    Setting(
        "`DATA_DIR`",
        "pasta",
        "`./.data`",
        "Tudo o que o portal escreve: banco, chaves, filas, registros.",
    ),
    Setting(
        "`DATABASE_URL`",
        "endereço PostgreSQL",
        "embutido",
        "Usa este servidor em vez do PostgreSQL embutido.",
    ),
    Setting(
        "`REDIS_URL`",
        "endereço Redis",
        "embutido",
        "Fila e cache; usa este servidor em vez do Valkey embutido (onde não há Valkey para a máquina, a fila "
        "fica em pasta e cada processo tem o seu cache).",
    ),
    Setting(
        "`SECRET_KEY`",
        "texto",
        "gerada em `DATA_DIR`",
        "Chave das sessões e assinaturas; obrigatória em produção.",
    ),
    Setting(
        "`VAULT_KEYS`",
        "chaves, vírgula",
        "derivada da `SECRET_KEY`",
        "Chaves que cifram o que fica guardado, a mais nova primeiro.",
    ),
    Setting(
        "`MENSAGENS_DIAS`",
        "número",
        "`7`",
        "Dias em que o pedido e a resposta de cada chamada de máquina ficam guardados, cifrados; a linha do registro "
        "fica 30.",
    ),
    Setting(
        "`ALLOWED_HOSTS`, `CSRF_TRUSTED_ORIGINS`",
        "lista, vírgula",
        "`127.0.0.1,localhost`, vazia",
        "Nomes pelos quais o portal atende; obrigatórios em produção.",
    ),
    Setting(
        "`HSTS_PRELOAD`",
        "`true`, `false`",
        "`false`",
        "Só em produção: estende o HSTS aos subdomínios e pede a lista dos navegadores. Só em domínio inteiro "
        "seu: vale por anos.",
    ),
    Setting(
        "`EMAIL_HOST`, `EMAIL_PORT`",
        "servidor",
        "`localhost`, `25`",
        "Só em produção: para onde vão os e-mails, além da caixa de saída simulada.",
    ),
    Setting(
        "`CODIGO_URL`",
        "endereço",
        "vazio",
        "Onde está o código-fonte, mostrado no rodapé.",
    ),
    Setting(
        "`LOG_LEVEL`",
        "`DEBUG` … `ERROR`",
        "`INFO`",
        "Detalhe dos registros.",
    ),
    Setting(
        "`DEBUG`",
        "`true`, `false`",
        "`false`",
        "Páginas de erro do Django, só para desenvolver.",
    ),
    Setting(
        "`ICP_ASSUNTO_ESTRITO`",
        "`true`, `false`",
        "`false`",
        "Assunto dos certificados com a organização «ICP-Brasil» pura, para quem testa leitores estritos. "
        "Vale para autoridades novas.",
    ),
    Setting(
        "`CONFIAR_CABECALHO_TLS`",
        "`true`, `false`",
        "`false`",
        "Lê o certificado do cabeçalho `X-SSL-Client-Cert`. Só tem efeito em pedidos que chegam por soquete "
        "Unix, atrás do nginx, que sempre reescreve o cabeçalho.",
    ),
)


def as_markdown() -> str:
    """The text of docs/interruptores.md."""
    lines = [INTRODUCTION]
    for group in switches.Group:
        rows = [_row(switch) for switch in switches.ALL if switch.group is group]
        lines += [f"## {group.label}", "", *HEAD, *rows, ""]
    lines += ["## Só da instalação", "", *HEAD]
    lines += [f"| {each.variables} | {each.values} | {each.standard} | {each.effect} |" for each in INSTALLATION]
    return "\n".join([*lines, ""])


def _row(switch: switches.Switch) -> str:
    labels = dict(switch.kind.choices)
    values = ", ".join(f"`{value}` ({labels[value]})" if value in labels else value for value in switch.kind.values)
    effect = " ".join(filter(None, (f"{switch.label}. {switch.effect}", switch.details)))
    return f"| `{switch.variable}` | {values} | `{switch.standard}` | {effect} |"
