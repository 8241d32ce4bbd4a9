"""The values of the switches that are words (interruptores), each with its label."""

from common.switch_words import Choice


class CerPolicy(Choice):
    """CER_POLICY: a `.cer` in the place of the `.pfx`."""

    REFUSE = "recusar", "Recusar"
    WARN = "avisar", "Aceitar, com aviso"
    ACCEPT = "aceitar", "Aceitar"


class ReviewMode(Choice):
    """MODO_ANALISE: who grants a credential."""

    AUTOMATIC = "automatico", "Automática"
    ANALYST = "analista", "Analista do Ministério"


class Answers(Choice):
    """MODO_POSTO, MODO_FNS, MODO_OFICIO, MODO_ADESAO: whether a desk answers by itself, for who plays alone."""

    TEAM = "equipe", "Equipe"
    AUTOMATIC = "automatico", "Automático"


class ErrorMode(Choice):
    """AUTH_MODO_ERRO: where a problem of the client's certificate shows."""

    HTTP = "http", "Resposta 401"
    TLS = "tls", "Alerta no aperto de mão"


class WithoutCredential(Choice):
    """SEM_CREDENCIAL: a valid certificate without an active credential."""

    TOKEN = "token_emitido", "Emitir o token"
    REFUSE = "401", "Recusar com 401"


class Homologation24h(Choice):
    """HOMOLOGACAO_24H: how «em 24h após o envio» is read."""

    WITHIN = "ate", "Até 24 horas"
    AFTER = "apos", "Depois de 24 horas"
    OFF = "off", "Não contar"


class Environment(Choice):
    """AMBIENTE: the environment that the simulator says to be."""

    HOMOLOGATION = "homologacao", "Homologação"
    PRODUCTION = "producao", "Produção"


class CadsusRules(Choice):
    """REGRA_CADSUS: the rule set by which a record without CPF is judged, by its year."""

    OF_2020 = "2020", "Regra 2020: CNS definitivo; CPF a partir dos 18 anos"
    OF_2025 = "2025", "Regra 2025: CPF primeiro; sem CPF, cadastro temporário por um ano"


class CadsusScenario(Choice):
    """CENARIO_CADSUS: how the national base answers the screens of the units, for training."""

    NORMAL = "ok", "Resposta normal"
    DOWN = "indisponivel", "CADSUS indisponível"
    MANY = "muitos", "25 cadastros do mesmo nome"
    NAMESAKES = "homonimos", "Três homônimos, com mães diferentes"
    TWO_DEFINITIVES = "dois-definitivos", "Dois CNS definitivos não unificados"
    ONLY_PROVISIONAL = "so-provisorio", "Só CNS provisório"
    DEATH = "obito", "Óbito registrado"
    INACTIVE = "inativo", "Cadastro inativo"
    PROTECTED = "protegido", "Cadastro com acesso restrito"
    NO_MOTHER = "sem-mae", "Mãe sem informação"
    NO_CPF = "sem-cpf", "Sem CPF"
    CPF_SUSPENDED = "cpf-suspenso", "CPF suspenso na Receita"
    CPF_DECEASED = "cpf-falecido", "Titular falecido na Receita"
    MARRIED_NAME = "nome-casada", "Nome de casada só no CADSUS"
    OTHER_CNS = "mudou-cns", "Outro CNS principal"
