"""Certification authority in pure Python: profiles, issuing, inspection, revocation. No Django, no Celery."""
