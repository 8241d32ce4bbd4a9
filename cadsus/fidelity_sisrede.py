"""What is known of the synchronization of the SISRede with the CADSUS."""

from common.fidelity import Area, Behaviour, F, G, I

FAQ = "FAQ da integração SISRede SIGBASES, da Secretaria Municipal de Saúde de Belo Horizonte."
SAME = "A mesma FAQ."
OWN = "Decisão do simulador."

AREAS = (
    Area(
        "SISRede: sincronização com o CADSUS",
        (
            Behaviour(
                "Cadastro desde 2018; recepção de dois centros e dos CREABs antes dos outros; em maio de 2020, "
                "recepção, "
                "coleta e farmácia de todas as unidades básicas. O módulo não habilitado não sincroniza.",
                F,
                f"{FAQ} Os dias exatos são do simulador.",
            ),
            Behaviour(
                "Vêm do CADSUS sete campos, quando preenchidos: CNS definitivo, nome, nome da mãe, nascimento, sexo, "
                "naturalidade e CPF. O que vem vazio, «SEM INFORMAÇÃO» ou sexo ignorado não apaga.",
                F,
                f"{SAME} Ela escreve «naturalizada», lido aqui como o município de nascimento; tratar «SEM "
                "INFORMAÇÃO» e o "
                "sexo ignorado como vazios é decisão do simulador.",
            ),
            Behaviour("O endereço nunca é sincronizado.", F, SAME),
            Behaviour("O CNS definitivo prevalece sobre os provisórios, que continuam respondendo.", F, SAME),
            Behaviour(
                "Com dois definitivos não unificados, unifica-se antes no CADSUSWEB. São da mesma pessoa os "
                "cadastros de "
                "mesmo nome, nascimento e mãe.",
                F,
                f"{SAME} O critério para reconhecer a mesma pessoa é do simulador.",
            ),
            Behaviour("Quem não precisa de correção é sincronizado sem acesso ao CADSUSWEB.", F, SAME),
            Behaviour(
                "O CPF é obrigatório a partir do dia em que se completam 18 anos; antes, é pedido com aviso.",
                I,
                "A FAQ diz «maiores de 18 anos» e, em outra resposta, que o CNS pode ser feito sem CPF. Aqui o "
                "adulto sem "
                "CPF não sincroniza e é atendido com a justificativa J06, só naquela visita.",
            ),
            Behaviour(
                "A conferência exige o documento visto; a certidão vale para menores de 12 anos.",
                F,
                f"{SAME} A idade de «criança» é a do ECA.",
            ),
            Behaviour(
                "Receita: nome de casada ou de solteira não impede; mãe, nascimento ou primeiro nome diferentes "
                "impedem, e "
                "também o CPF suspenso, cancelado, nulo ou de titular falecido. Pendente de regularização só "
                "avisa; o nulo pede, na tela, que se avise o gerente da unidade.",
                I,
                "A FAQ diz que a sincronização corrige o nome de casada; o efeito de cada situação não se conhece.",
            ),
            Behaviour(
                "A conferência reserva o cadastro por 15 minutos a quem a abriu e não muda a situação dele; se o "
                "CADSUS "
                "mudar entre ver e confirmar, mostra-se de novo e nada se grava.",
                I,
                OWN,
            ),
            Behaviour(
                "Óbito no CADSUS, e número de quem tem outro nome e outro nascimento, pedem uma segunda confirmação.",
                I,
                "Decisão do simulador, contra o CPF da mãe digitado para o filho.",
            ),
            Behaviour(
                "CADSUS fora do ar não tira a situação de quem já está sincronizado.",
                I,
                OWN,
            ),
            Behaviour(
                "O CADSUS se desliga por 30 minutos, 1, 2, 4 ou 8 horas, 1 semana ou 1 mês, e volta sozinho no fim do "
                "período.",
                I,
                "Os períodos são os do e-SUS PEC. Aqui quem responde pela sala tira a base nacional do ar para todos, "
                "no relógio da sala.",
                "CADSUS_DISPONIVEL",
            ),
            Behaviour(
                "A TI municipal desabilita a consulta das unidades do seu município pelos mesmos períodos, e a "
                "habilita de novo; a base nacional segue no ar para os outros.",
                I,
                "No e-SUS PEC é o administrador da instalação que desabilita; que o SISRede tenha a mesma tela é "
                "inferência. O lote da noite também espera.",
            ),
            Behaviour("Cenários do CADSUS pelo cabeçalho e pelo interruptor da sala.", I, OWN, "CENARIO_CADSUS"),
        ),
    ),
    Area(
        "SISRede: justificativa, atendimento, RN e domicílio",
        (
            Behaviour(
                "Sem sincronização nem justificativa o atendimento não abre. A justificativa guarda usuário, data e "
                "profissional.",
                F,
                FAQ,
            ),
            Behaviour(
                "Motivos J01 a J03: situação de rua, documentos desatualizados na Receita, CADSUSWEB indisponível.",
                F,
                f"{SAME} Os códigos são do simulador.",
            ),
            Behaviour(
                "J04 (RN sem registro), J05 (definitivos não unificados), J06 (maior de 18 anos sem CPF) e J99 "
                "(outro, "
                "desligado por padrão).",
                I,
                OWN,
                "JUSTIFICATIVA_OUTRO",
            ),
            Behaviour(
                "A justificativa vale para a visita: o mesmo dia, na mesma unidade; J01, por 180 dias.",
                G,
                "A FAQ não diz a duração.",
            ),
            Behaviour(
                "J03 só é oferecido se o próprio sistema registrou a indisponibilidade nos últimos 30 minutos.",
                I,
                OWN,
            ),
            Behaviour("Uma justificativa nunca se altera; a correção é outro registro.", I, OWN),
            Behaviour("DESATUALIZADO também abre o atendimento, e a tela pede nova conferência.", I, OWN),
            Behaviour(
                "Recém-nascido sem registro tem prontuário «RN DE …», completado depois; com certidão, CNS sem CPF.",
                F,
                f"{FAQ} A numeração de gêmeos é do simulador.",
            ),
            Behaviour(
                "Só o ACS vincula ao domicílio, depois da visita e na sua microárea; em área de baixo risco, também "
                "o "
                "gerente da unidade.",
                F,
                f"{SAME} A exceção remete ao Manual do Cadastro; quem a exerce é inferência.",
            ),
            Behaviour(
                "Quem não é morador na AA e precisa de uma vacina é sincronizado e atendido do mesmo modo.",
                F,
                SAME,
            ),
            Behaviour(
                "Relatório por microárea: sincronizados, e não sincronizados pela Receita, por indisponibilidade e "
                "por outros "
                "motivos. Em risco de glosa está quem não tem os dados do CADSUS, ou os tem desatualizados.",
                F,
                f"{SAME} O grupo «outros» e a conta do risco são do simulador.",
            ),
            Behaviour(
                "Impresso «Atualização de dados cadastrais».",
                F,
                "Nota Técnica 03/2020, citada na FAQ; o seu texto não se conhece, e o daqui é do simulador.",
            ),
        ),
    ),
)
GAPS = (
    "A duração das justificativas do SISRede, os seus códigos, e se o adulto sem CPF é impedido ou só avisado.",
    "O texto do Manual Integração SISRede X SIGBASES, da Nota Técnica 03/2020 e do impresso; o que é o SIGBASES.",
)
