"""The built-in wording of the termo, written for this simulator after the structure of the real one.

Blanks are those of rnds.services.terms; a blank line separates paragraphs.
"""

BODY = """\
{data_extenso}, de um lado a UNIÃO, representada pelo MINISTÉRIO DA SAÚDE, CNPJ nº 00.394.544/0008-51, por meio da \
{unidade}, aqui denominada CEDENTE, e, de outro lado, {cessionario}, CNES {cnes}, CNPJ nº {cnpj}, situado em \
{municipio}, neste ato representado por {representante}, CPF nº {cpf}, e-mail {email}, telefone {telefone}, aqui \
denominado CESSIONÁRIO, celebram o presente TERMO DE USO, sem transferência de recursos financeiros, observadas a Lei \
nº 9.609/1998 e as demais normas aplicáveis, nas condições seguintes.

CLÁUSULA PRIMEIRA – DO OBJETO. Este Termo tem por objeto a cessão de credenciais de acesso à RNDS, a Rede Nacional de \
Dados em Saúde, e ao serviço de CNS (CADSUS), para uso exclusivo do sistema e-SUS APS com PEC no estabelecimento \
cessionário e em seus {filhos} estabelecimento(s) filho(s) indicado(s) na solicitação.

CLÁUSULA SEGUNDA – DA CREDENCIAL. A credencial é formada por um certificado digital do tipo A1 e por um identificador \
do solicitante. Ela vale para uma única unidade da Federação e para uma única instalação do PEC. Uma nova credencial \
do mesmo CNES revoga a anterior.

CLÁUSULA TERCEIRA – DAS OBRIGAÇÕES DO CESSIONÁRIO. Cabe ao CESSIONÁRIO: I – guardar o certificado e sua senha, sem \
cedê-los a terceiros; II – usar os dados somente na atenção à saúde da pessoa a quem se referem; III – manter \
atualizados o cadastro no SCNES e os contatos informados; IV – pedir a revogação assim que souber ou suspeitar de uso \
indevido; V – solicitar nova credencial antes do vencimento do certificado.

CLÁUSULA QUARTA – DAS OBRIGAÇÕES DO CEDENTE. Cabe à CEDENTE: I – manter a credencial ativa enquanto cumpridas as \
condições deste Termo; II – registrar os acessos; III – comunicar mudanças nos serviços que afetem o CESSIONÁRIO.

CLÁUSULA QUINTA – DO SIGILO E DA PROTEÇÃO DE DADOS. As partes tratam os dados pessoais conforme a Lei nº 13.709/2018 \
(LGPD). O dever de sigilo permanece depois do fim da vigência.

CLÁUSULA SEXTA – DA PROPRIEDADE INTELECTUAL. O e-SUS APS pertence à UNIÃO. Este Termo não transfere direito de autor \
sobre programa de computador.

CLÁUSULA SÉTIMA – DA VIGÊNCIA E DA REVOGAÇÃO. Este Termo vale a partir do aceite eletrônico e enquanto a credencial \
estiver ativa. A revogação, por qualquer das partes e com motivo registrado, encerra o acesso de imediato.

CLÁUSULA OITAVA – DO ACEITE. O aceite é dado eletronicamente por {aceitante}, CPF nº {cpf_aceitante}, solicitante da \
credencial, e fica registrado com data, hora, endereço de rede e resumo criptográfico deste texto.

Este documento faz parte de um simulador de treinamento e não produz efeito legal."""
