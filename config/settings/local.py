"""Settings of `make run`: one machine, loopback only, demonstration people."""

from config import logs
from config.settings.base import *  # noqa: F403 -- a settings module extends the base by design
from config.settings.base import DATA_DIR, env

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=True)
SECRET_KEY = env("SECRET_KEY", default="") or (
    (DATA_DIR / "secret_key").read_text().strip() if (DATA_DIR / "secret_key").exists() else "local-only-not-a-secret"
)
# The web process serves the files where they are written: nothing to collect before a run.
STATIC_ROOT = ""
WHITENOISE_USE_FINDERS = True
LOGGING = logs.configure(env("LOG_LEVEL", default="INFO"))
