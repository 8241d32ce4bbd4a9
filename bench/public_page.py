"""Settings and routes of bench e2: those of the portal, and one page more, to compare with."""

from config.settings.local import *  # noqa: F403 -- settings of the bench are those of the portal

ROOT_URLCONF = "bench.public_routes"
