"""Settings of `make run` whose passwords are as quickly kept as those of the suite: argon2 is half of a seeding."""

from config.settings.local import *  # noqa: F403 -- a settings module extends another by design

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
