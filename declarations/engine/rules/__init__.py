"""The críticas: each a small pure function of a case. Code, severity, law and remedy are in `catalogue`."""
