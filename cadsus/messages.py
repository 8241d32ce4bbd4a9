"""What the SGOP answers (spec section 7), by the code that it keeps; the words are the simulator's own."""

M27 = "Você não está vinculado ao CNES {cnes}. Solicite a atualização do CNES antes de pedir acesso."
M28 = "Já existe solicitação pendente para este estabelecimento e perfil."
M29 = "Acesso ainda não aprovado pelo gerente da unidade."
M30 = "Você não pode aprovar a própria solicitação."
M31 = "Somente o gerente do estabelecimento {cnes} pode aprovar esta solicitação."
M33 = "Seu CNS precisa de e-mail, telefone e endereço atualizados (qualidade mínima bronze)."
