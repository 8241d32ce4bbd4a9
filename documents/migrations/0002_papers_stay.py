"""Papers and their signatures are append-only, and the codes come from a sequence. TRUNCATE stays, for `reset`."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE documents_verifier_code START 4700001 OWNED BY documents_paper.code;
CREATE FUNCTION documents_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'papers are append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER paper_append_only BEFORE UPDATE OR DELETE ON documents_paper
    FOR EACH ROW EXECUTE FUNCTION documents_paper_stays();
CREATE TRIGGER paper_signature_append_only BEFORE UPDATE OR DELETE ON documents_papersignature
    FOR EACH ROW EXECUTE FUNCTION documents_paper_stays();
"""
BACKWARD = """
DROP TRIGGER paper_signature_append_only ON documents_papersignature;
DROP TRIGGER paper_append_only ON documents_paper;
DROP FUNCTION documents_paper_stays();
DROP SEQUENCE documents_verifier_code;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
