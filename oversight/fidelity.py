"""What is known of the Conselho and of the Tribunal in the SIOPS."""

from common.fidelity import Area, Behaviour, F, I

AREAS = (
    Area(
        "Conselho de Saúde e Tribunal de Contas",
        (
            Behaviour(
                "O parecer do Conselho não é condição da homologação.",
                I,
                "Na vida real o RDQA e o RAG tramitam no DigiSUS; as orientações do SIOPS não citam o parecer.",
            ),
            Behaviour(
                "Parecer sobre o 2º, o 4º e o 6º bimestre, com texto, data da reunião e número da resolução.",
                I,
                "As situações seguem as do DigiSUS; os prazos quadrimestrais são os do RDQA.",
            ),
            Behaviour(
                "O membro do Conselho entra por um link enviado ao e-mail do cadastro, sem senha.",
                I,
                "Nenhuma fonte diz como o Conselho entra. O link abre só o Conselho do ente que cadastrou o e-mail.",
            ),
            Behaviour(
                "O Tribunal entra com certificado e vê, lado a lado, o declarado e o que apurou (MCE).",
                F,
                "Nome e usuários do Módulo de Controle Externo; situações e convite pela coordenação são do simulador.",
            ),
        ),
    ),
)
