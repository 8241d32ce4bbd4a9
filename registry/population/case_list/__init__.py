"""The special cases. Keys and numbers are printed on hand-outs: cases are added, and a number never changes hands."""

from registry.population.case_list import identity, life, naming, tax

CASES = (*identity.CASES, *tax.CASES, *life.CASES, *naming.CASES)
