"""What the reference data brings to the house."""

GAPS = ("Dígito verificador oficial do CNES.",)
