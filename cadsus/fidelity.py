"""What is known of the access of operators to the CADSUS, and of who works in the SISRede."""

from common.fidelity import Area, Behaviour, F, I

AREAS = (
    Area(
        "CADSUS: acesso do operador (SGOP)",
        (
            Behaviour(
                "O profissional vinculado ao CNES se cadastra como operador; o gerente do centro de saúde aprova.",
                F,
                "FAQ da integração SISRede SIGBASES, da Secretaria Municipal de Saúde de Belo Horizonte.",
            ),
            Behaviour(
                "Dois perfis: cadastrador e consultador, que só visualiza. Não há limite de operadores.",
                F,
                "A mesma FAQ. Os nomes nacionais dos perfis não se conhecem.",
            ),
            Behaviour(
                "Cadastro, solicitação de acesso, de perfil e de máquina; aprovações pendentes e realizadas.",
                F,
                "Sumário do Manual SGOP v7.0. O texto das telas, dos avisos e do termo é do simulador.",
            ),
            Behaviour(
                "Para pedir, a pessoa precisa de e-mail, telefone e endereço no seu cadastro, no nível bronze.",
                F,
                "Passo a passo de uma prefeitura. Os cortes de cada nível não se conhecem: bronze é aqui 50 %.",
            ),
            Behaviour(
                "Ninguém aprova a própria solicitação, nem o gerente; então decide a TI municipal.",
                I,
                "Decisão do simulador; a FAQ só fala do gerente.",
            ),
            Behaviour(
                "A TI municipal decide também pelas unidades, na falta do gerente.",
                I,
                "Decisão do simulador: uma unidade sem gerente não para.",
            ),
            Behaviour(
                "O fim do vínculo com o CNES tira o acesso no mesmo instante, e ele fica SUSPENSO; com vínculo novo "
                "volta a PENDENTE.",
                I,
                "As fontes só dizem que o vínculo é necessário. O último dia conta inteiro, no horário de Brasília.",
            ),
            Behaviour(
                "Solicitação sem decisão em 30 dias expira.",
                I,
                "Decisão do simulador; as fontes não dão prazo.",
            ),
            Behaviour(
                "Trocar de perfil é outra solicitação; o perfil antigo vale até ela ser aprovada e então é revogado.",
                I,
                "Decisão do simulador.",
            ),
            Behaviour(
                "A máquina é pedida e aprovada à parte; «máquina reconhecida» faz o papel do módulo de segurança.",
                I,
                "O manual traz a solicitação e as situações Pendente e Aprovado; o acesso não depende da máquina.",
            ),
            Behaviour(
                "SGOP e CADSUSWEB se abrem com a conta gov.br; o SISRede, com CPF e senha.",
                I,
                "A conta gov.br consta do passo a passo de uma prefeitura; a entrada do SISRede não é descrita.",
            ),
        ),
    ),
    Area(
        "SISRede: quem trabalha na unidade",
        (
            Behaviour(
                "Cadastro (ACS), recepção, coleta e farmácia são os módulos com sincronização.",
                F,
                "FAQ da integração SISRede SIGBASES.",
            ),
            Behaviour(
                "Cada função vem de um vínculo em vigor com o CNES e termina com ele; quem a dá é a TI municipal.",
                I,
                "A FAQ fala de profissionais habilitados com acesso aos módulos, sem dizer quem habilita.",
            ),
        ),
    ),
)
NOT_YET: tuple[str, ...] = ()
GAPS = ("Os nomes nacionais dos perfis do SGOP e os cortes de qualidade (bronze, prata, ouro) do CADSUS.",)
