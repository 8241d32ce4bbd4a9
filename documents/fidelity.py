"""What is known of the papers and of their conference."""

from common.fidelity import Area, Behaviour, F, G, I

AREAS = (
    Area(
        "Papéis e conferência de autenticidade",
        (
            Behaviour(
                "Rodapé com nome, cargo, data e hora de Brasília, fundamento legal, código verificador e CRC.",
                F,
                "Rodapé da Nota Técnica Conjunta 441/2025.",
            ),
            Behaviour(
                "O CRC é o CRC-32 do código e do texto antes do rodapé.",
                G,
                "Nenhuma fonte diz como o SEI calcula o seu. É um rótulo; a prova é a assinatura.",
            ),
            Behaviour(
                "O papel é um PDF com assinatura PAdES de verdade, pela cadeia simulada.",
                I,
                "O SEI guarda a assinatura fora do documento; aqui ela vai dentro, para ser conferida sem o portal.",
            ),
            Behaviour(
                "Processo «25000.000031/aaaa-dd», com os dois dígitos de módulo 11.",
                F,
                "O número da Nota Técnica 441/2025 confere com a conta.",
            ),
            Behaviour(
                "O certificado revogado depois de assinar não desfaz a assinatura; revogado antes, ela não vale.",
                I,
                "Sem carimbo de tempo: vale a hora que a sala guardou do papel, ou a que a assinatura declara.",
            ),
            Behaviour("O primeiro papel de um assunto abre o processo dele.", I, "Decisão do simulador."),
            Behaviour(
                "Registro de recibos em árvore de Merkle, com ponto de controle assinado em cada papel.",
                I,
                "Nada se sabe do registro dos sistemas de verdade; o recibo guardado denuncia o que o portal mudar.",
            ),
            Behaviour(
                "Dez CRC errados fecham um código por 15 minutos.", I, "Decisão do simulador; o real pede um captcha."
            ),
        ),
    ),
)
