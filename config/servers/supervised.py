"""What a child process of `make run` owes its supervisor: to end when the supervisor is gone, however it went."""

import os
import signal
import sys
import threading


def follow_supervisor() -> None:
    """End this process (SIGTERM) once standard input, which the supervisor holds open, comes to its end."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="supervisor", daemon=True).start()
