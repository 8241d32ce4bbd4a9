"""A worker of `make run` with one more task, slow enough to be killed in the middle of it."""

import time
from pathlib import Path

from django.conf import settings

from config.celery import app
from config.servers.worker import main

if settings.REDIS_URL:
    # What was taken from a killed worker comes back while a test waits for it.
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"visibility_timeout": 3}


@app.task(name="tests.write_line")
def write_line(place: str, line: str, seconds: float) -> None:
    time.sleep(seconds)
    with Path(place).open("a") as file:
        file.write(f"{line}\n")


if __name__ == "__main__":
    main()
