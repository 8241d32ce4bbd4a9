"""Settings shared by every environment. Values come from the environment; nothing here does work at import."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from common.switches import from_environment
from config import layers
from config.paths import BASE_DIR, data_dir

env = environ.Env()

VERSION = "0.1.0"
DATA_DIR = data_dir()
SECRET_KEY = env("SECRET_KEY", default="")
# Keys of the vault (encryption at rest), newest first; empty means one derived from SECRET_KEY.
VAULT_KEYS = env.list("VAULT_KEYS", default=[])
DEBUG = False
# Where `make run` listens: this machine only, or the address or name by which a classroom reaches it (make run HOST=…).
HOST = env("PORTAL_HOST", default="127.0.0.1")
LOCAL_NAMES = tuple(dict.fromkeys((HOST, "127.0.0.1", "localhost")))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=list(LOCAL_NAMES))
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEMO = env.bool("DEMO", default=False)
# Callable that returns the accounts.personas.Persona list of the demonstration; outside DEMO, what opens nothing.
DEMO_PERSONAS = "config.personas.personas_for_sign_in"

PORT = env.int("PORT", default=8000)
TLS_PORT = env.int("TLS_PORT", default=8443)
PORTAL_URL = env("PORTAL_URL", default=f"http://{HOST}:{PORT}")
TLS_URL = env("TLS_URL", default=f"https://{HOST}:{TLS_PORT}")

# Where the code is published, for the link in the footer; empty shows no link.
SOURCE_URL = env("CODIGO_URL", default="")

INSTALLED_APPS = [
    *layers.APPS,
    "common.admin_app.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "axes",
    "csp",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
]

# In this order the pages speak of the apps.
HOUSE_ORDER = layers.HOUSE_ORDER

MIDDLEWARE = [
    "common.middleware.EdgeMiddleware",
    "interop.middleware.GatewayMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.middleware.CharsetMiddleware",
    "common.middleware.PrivatePagesMiddleware",
    "transparency.middleware.PublicPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ActorMiddleware",
    "common.middleware.SignInMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "siops.session.CertificateSessionMiddleware",
    "common.written_mail.WrittenMailMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.middleware.RefusalMiddleware",
    "common.middleware.RailMiddleware",
    "common.middleware.WrongMethodMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "common.forms.renderer.DesignSystemRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context_processors.simulator",
                "common.context_processors.rail",
                "rooms.context_processors.room",
                "accounts.context_processors.actor",
            ],
            "builtins": ["common.templatetags.ensaio", "common.templatetags.screens"],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default="postgresql://postgres@127.0.0.1/ensaio")}
# Outside a room nothing connects: an edge (rooms.edge, the tasks, manage.py) puts the connection of a world in the
# place of "default". "control" is the list of rooms, in the database of DATABASE_URL.
DATABASES["default"] |= {
    "ENGINE": "rooms.backend",
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
    # Django writes its joins in the order in which they are best made: what it asks by first, what it also shows after.
    # Weighing every other order of fifteen tables took the planner seven times as long as reading them (ADR 0047).
    "OPTIONS": {"options": "-c join_collapse_limit=4"} | DATABASES["default"].get("OPTIONS", {}),
}
DATABASES["control"] = DATABASES["default"] | {"ENGINE": "django.db.backends.postgresql"}
DATABASE_ROUTERS = ["rooms.router.RoomsRouter"]
# At most so many rooms besides the open one, and so many copies ready for the next.
ROOMS_MOST = env.int("SALAS_MAXIMO", default=60)
ROOM_SPARES = env.int("SALAS_RESERVA", default=2)
# Idle connections that one process keeps, whatever their room.
ROOM_CONNECTIONS_IDLE = env.int("SALAS_CONEXOES", default=16)
# What fills the world that rooms are copied from, and what names its migrations and seeds.
ROOM_BUILDER = "config.seed.golden.build"
ROOM_VERSION = "config.seed.golden.version"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Seconds that the log of machine calls waits to be written in one go; 0 leaves it to who reads it.
EXCHANGES_PAUSE = 1.0
# Days that the messages of the calls are kept, sealed; their lines stay longer.
MESSAGES_DAYS = env.int("MENSAGENS_DIAS", default=7)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.AccountBackend",
    "accounts.backends.GovBrBackend",
    "accounts.backends.AccessLinkBackend",
    "accounts.backends.CertificateBackend",
    "siops.backends.TechnicianBackend",
    "siops.backends.CouncilBackend",
    "cadsus.backends.OperatorBackend",
    "cadsus.backends.OperatorLinkBackend",
    "cadsus.backends.UnitPasswordBackend",
]
PASSWORD_HASHERS = [
    "common.hashers.BoundedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.published.PublishedPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
SECOND_FACTOR_URL = "accounts:second_factor"
LOGIN_REDIRECT_URL = "common:home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

AXES_HANDLER = "accounts.lockout.Handler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = "accounts.lockout.cool_off"
AXES_LOCKOUT_PARAMETERS = "accounts.lockout.counted_by"
# Each attempt keeps its own end: the doors stay closed for different times.
AXES_USE_ATTEMPT_EXPIRATION = True
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.lockout.respond"
AXES_USERNAME_FORM_FIELD = "username"
# Attempts are counted by a digest of the login: no CPF or CNPJ stays in them.
AXES_USERNAME_CALLABLE = "accounts.lockout.login_digest"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.client_ip"
AXES_CLIENT_STR_CALLABLE = "accounts.lockout.describe_client"
AXES_DISABLE_ACCESS_LOG = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["username", "password", "cpf", "unit_cpf", "cnpj", "pin"]
AXES_VERBOSE = False

SESSION_ENGINE = "common.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=2).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "common.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "pt-br"
TIME_ZONE = "America/Sao_Paulo"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT: Path | str = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static_files.WheelFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = "Ensaio (simulado) <nao-responda@ensaio.example>"

# Queue and cache. `manage.py` names the embedded Valkey here; without any, the queue is a folder.
REDIS_URL = env("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "folder://"
# What a killed worker had taken goes back to the queue after this many seconds: longer than any task takes.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, str | int] = (
    {"visibility_timeout": 120, "unacked_restore_interval": 5, "unacked_restore_throttle": 1}
    if REDIS_URL
    else {"folder": str(DATA_DIR / "queue")}
)
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# What is sent every few seconds expires: without a worker it would pile up.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # In the open room, where /healthz reads it.
    "heartbeat": {
        "task": "common.tasks.beat_heart",
        "schedule": 10.0,
        "options": {"expires": 30, "headers": {"sala": ""}},
    },
    "keep-room-stock": {"task": "rooms.tasks.keep_stock", "schedule": 20.0, "options": {"expires": 20}},
    # One visit to each room for all that is due.
    "visit-half-minutely": {
        "task": "rooms.tasks.visit",
        "args": [["common.tasks.deliver_outbox", "lots.tasks.offer_turns"]],
        "schedule": 30.0,
        "options": {"expires": 60},
    },
    "visit-minutely": {
        "task": "rooms.tasks.visit",
        # All due events (prazos), which their apps declare, and what is no event of the law.
        "args": [["rooms.tasks.record_due", "rnds.tasks.erase_unopened_files"]],
        "schedule": crontab(),
    },
    "visit-half-hourly": {
        "task": "rooms.tasks.visit",
        "args": [
            [
                "common.tasks.sweep_expired",
                "interop.tasks.prune_exchanges",
                "pki.tasks.publish_revocation_lists",
                "rooms.tasks.catch_up",
            ]
        ],
        "schedule": crontab(minute="15,45"),
    },
    # At 02:30 in Brasília: what reads whole registers.
    "visit-nightly": {
        "task": "rooms.tasks.visit",
        "args": [["cadsus.tasks.detect_duplicates"]],
        "schedule": crontab(hour="5", minute="30"),
    },
}

CACHES = {
    "default": {
        "KEY_FUNCTION": "rooms.worlds.cache_key",
        **(
            {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                # Django's name of a socket; the cache never shares a database with the queue of the same socket.
                "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
                "OPTIONS": {"db": 1} if REDIS_URL.startswith("redis+socket://") else {},
            }
            if REDIS_URL
            else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
        ),
    }
}

# What a room may have of its own (common.switches), as the environment says it; a value that does not exist stops
# the start (config.checks).
SWITCHES, UNKNOWN_SWITCHES = from_environment(os.environ)
# Trust X-SSL-Client-Cert: only behind nginx on a unix socket.
TRUST_TLS_HEADER = env.bool("CONFIAR_CABECALHO_TLS", default=False)
# Subjects with a bare "ICP-Brasil" organisation, for strict layout tests; only new authorities, which all rooms share.
BARE_ICP_SUBJECT = env.bool("ICP_ASSUNTO_ESTRITO", default=False)
