"""What people and routines do in the e-Gestor, one module by noun."""
