"""Passwords by argon2, two at a time: each takes 100 MB and several cores for a tenth of a second."""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

MOST_AT_ONCE = 2
_places = threading.BoundedSemaphore(MOST_AT_ONCE)


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Django's argon2, in the same format; who comes third waits for a place, so that memory has a bound."""

    def encode(self, password: str, salt: str) -> str:
        with _places:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _places:
            return super().verify(password, encoded)
