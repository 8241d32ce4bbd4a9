"""What machines call in the CADSUS: PDQ and PIX in HL7 v3 over SOAP."""
