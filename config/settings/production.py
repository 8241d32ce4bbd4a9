"""Settings behind nginx: every secret comes from the environment and everything travels over TLS."""

from config import logs
from config.settings.base import *  # noqa: F403 -- a settings module extends the base by design
from config.settings.base import STORAGES, env

SECRET_KEY = env("SECRET_KEY")
LOGGING = logs.configure(env("LOG_LEVEL", default="INFO"))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
# Preload and subdomains bind a whole domain for years, other people's machines included: only where its owner says so.
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
# A silent mail server does not hold a worker.
EMAIL_TIMEOUT = 10
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "config.static_files.HashedStorage"}}
