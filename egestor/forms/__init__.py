"""Forms of the e-Gestor, one module by noun."""
