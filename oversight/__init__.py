"""Who watches over what an entity declares: the Conselho de Saúde and the Tribunal de Contas (controle)."""
