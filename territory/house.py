"""What the reference data brings to the house."""

# Profiles, funds and the members of the team who look after entities, as `accounts` names them.
SEEN_BY = ("profile", "fund", "rnds_analyst", "saps", "auditor", "administrator")
GAPS = ("Dígito verificador oficial do CNES.",)
