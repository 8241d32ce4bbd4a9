"""What the SGOP and the CADSUSWEB answer (spec section 7), by the code it keeps; the words are the simulator's own."""

M27 = "Você não está vinculado ao CNES {cnes}. Solicite a atualização do CNES antes de pedir acesso."
M28 = "Já existe solicitação pendente para este estabelecimento e perfil."
M29 = "Acesso ainda não aprovado pelo gerente da unidade."
M30 = "Você não pode aprovar a própria solicitação."
M31 = "Somente o gerente do estabelecimento {cnes} pode aprovar esta solicitação."
M33 = "Seu CNS precisa de e-mail, telefone e endereço atualizados (qualidade mínima bronze)."

# CADSUSWEB. M06 to M08 are of registry.search; M01 to M03, of the form.
M32 = "Seu perfil (consultador) permite apenas visualizar cadastros."
M34 = "Não é possível unificar cadastros com CPFs válidos diferentes."
M35 = "Selecione pelo menos dois cadastros."
M36 = "Unificação realizada. CNS principal: {cns}."
M37 = "Existe unificação posterior. Desfaça-a primeiro."
M41 = "Cadastro com acesso restrito. O acesso será auditado."
M43 = "Os dados do CADSUS mudaram durante a conferência. Consulte novamente."
M45 = 'O nome da mãe é obrigatório (use "SEM INFORMAÇÃO" quando desconhecido).'
M46 = "Data de nascimento inválida."
M47 = "Informe nome e sobrenome; não use abreviações nem números."
