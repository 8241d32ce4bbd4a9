"""Settings of the test suite: fast hashes, mail in memory, tasks run by the tests themselves."""

import atexit
import os
import shutil
import tempfile

if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="ensaio-test-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)

from config import logs
from config.settings.base import *  # noqa: F403 -- DATA_DIR must be set before the base reads it

SECRET_KEY = "test-only-not-a-secret"  # noqa: S105 -- a test value
DEMO = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# Static files are found where they are written; nothing is collected for a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# The runner makes one world and one list of rooms; it is the edge of every test.
for database in DATABASES.values():  # noqa: F405 -- from the base
    # A connection that outlives its request would keep the test database from being dropped.
    database |= {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0}
DATABASES["control"]["TEST"] = {"NAME": "test_ensaio_control"}  # noqa: F405 -- from the base
# The one world is the test database; tests of the rooms themselves make others.
ROOMS_MOST = 0
ROOM_CONNECTIONS_IDLE = 0
EXCHANGES_PAUSE = 0
STATIC_ROOT = ""
LOGGING = logs.configure("ERROR")
