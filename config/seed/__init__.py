"""The seeded state: territory, simulated authorities, text of the termo and the synthetic world."""
