"""b1: a new mutual-TLS connection that ends in a signed token, behind nginx, against a static file.

Both sides are one nginx on the loopback address, one new connection and one full handshake per request. The reference
serves a file of the same size with an RSA certificate; ours has a P-256 certificate beside the RSA one, passes the
client's certificate in an overwritten header over a unix socket and runs the portal under gunicorn. What counts is work
per CPU second of the servers (nginx, gunicorn and PostgreSQL together), so the client's own cost is left out.

Where it goes, in ms of CPU a call (the servers by /proc over 7,200 calls, gunicorn's parts by samples of py-spy):

    static file: nginx                                        1.34
    token: nginx                                              1.31   P-256 is cheaper, the unix socket costs the same
           gunicorn's own                                     0.54   0.24 is parsing
           the signature                                      0.19
           the rest of the answer, edge and access log        0.18
           the look-up                                        0.13
           the log of calls (thread, one batch a second)      0.06
           PostgreSQL                                         0.14

A call takes 3 to 4 ms of the clock. Until the client here turned Nagle's wait off, as HTTP clients do, it took 48, of
which the servers slept 40: a batch of the log had twenty calls, not three hundred, to share its cost, and whatever a
sleep costs each call paid. The same servers then gave 0.46 to 0.52, and hardly a change to them showed.
"""

import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import support
from config.paths import BASE_DIR

GOAL = 0.50
AIM = 0.60
CALLS, ROUNDS = (2_000 if support.FULL else 300), 15
# The log of calls is written once a second.
LOG_SECONDS = 1.5
WAIT_SECONDS = 20.0
GUNICORN = BASE_DIR / "deploy" / "gunicorn.conf.py"

# What stands before the portal is what deploy/nginx.conf.template says of it.
NGINX = """\
daemon off; master_process on; worker_processes 1; user root; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets off; ssl_session_cache off;
  ssl_verify_client optional_no_ca; ssl_verify_depth 3; ssl_client_certificate {folder}/ca.pem;
  upstream portal {{ server unix:{folder}/app.sock fail_timeout=0; }}
  server {{
    listen 127.0.0.1:{token_port} ssl;
    ssl_certificate {folder}/ecdsa.pem; ssl_certificate_key {folder}/ecdsa.key;
    ssl_certificate {folder}/rsa.pem; ssl_certificate_key {folder}/rsa.key;
    location / {{
      proxy_pass http://portal; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For ""; proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
    }}
  }}
  server {{
    listen 127.0.0.1:{static_port} ssl;
    ssl_certificate {folder}/rsa.pem; ssl_certificate_key {folder}/rsa.key;
    root {folder}/www;
  }}
}}
"""


@dataclass(frozen=True)
class Bench:
    """Where the two sides listen, how to call them, and the servers (process ids) whose CPU time counts."""

    token_port: int
    static_port: int
    client: ssl.SSLContext
    portal: list[int]
    proxy: int

    def token(self) -> float:
        """Tokens per CPU second of all servers, until the log has the last call."""
        return self._rate(self.token_port, "/api/token", [*self.portal, self.proxy], settle=LOG_SECONDS)

    def static(self) -> float:
        """Files per CPU second of nginx."""
        return self._rate(self.static_port, "/token", [self.proxy])

    def _rate(self, port: int, path: str, servers: list[int], settle: float = 0) -> float:
        before = cpu_seconds(servers)
        for _ in range(CALLS):
            answer = call(self.client, port, path)
            assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
            assert b'"expires_in":1800000' in answer
        time.sleep(settle)
        return CALLS / (cpu_seconds(servers) - before)


def main() -> int:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx is None:
        sys.stdout.write("FALHA b1: o nginx não está instalado; a medição atrás dele não foi feita\n")
        return 2
    folder = support.start_portal(CONFIAR_CABECALHO_TLS="1", AUTH_LIMITE_POR_MINUTO="1000000000", WEB_WORKERS="1")
    client = prepare(folder)
    token_port, static_port = free_port(), free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, token_port=token_port, static_port=static_port))
    # A worker that is replaced takes the CPU time that it used out of sight: here it stays.
    options = ["--config", str(GUNICORN), "--max-requests", "0", "--bind", f"unix:{folder}/app.sock"]
    with (
        running([sys.executable, "-m", "gunicorn", *options, "config.wsgi:application"]) as application,
        running([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as proxy,
    ):
        wait_for(lambda: call(client, token_port, "/api/token").startswith(b"HTTP/1.1 200"))
        (folder / "www").mkdir()
        (folder / "www" / "token").write_bytes(call(client, token_port, "/api/token").partition(b"\r\n\r\n")[2])
        postgres = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
        bench = Bench(token_port, static_port, client, [application, postgres], proxy)
        rates = support.interleave(ROUNDS, token=bench.token, static=bench.static)
    figure = support.ratio(rates["token"], rates["static"])
    absolute = ", ".join(support.figures(name, values, "/s de CPU") for name, values in rates.items())
    return support.finish(
        support.Goal.at_least(f"b1 token por TLS mútuo novo (alvo {AIM})", figure, GOAL, absolute),
    )


def prepare(folder: Path) -> ssl.SSLContext:
    """Authorities, server certificates and one client certificate on record; returns the client's TLS context."""
    # Models only exist after the portal started.
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from common import clock
    from pki import services as pki
    from rnds.services.key_files import open_key_file

    now, password = clock.now(), "b1"
    pki.ensure_authorities(at=now)
    pki.current_signing_key(at=now)
    person = pki.PersonHolder(name="Pessoa de Ensaio", cpf="52998224725", birth_date=now.date())
    certificate, file = pki.issue_certificate(
        holder=pki.OrganisationHolder(name="Fundo de Ensaio", cnpj="12ABC34501DE35", responsible=person),
        authority_slug="egestor",
        password=password,
        form="moderno",
        at=now,
    )
    pki.activate_certificate(certificate_id=certificate.pk, at=now)
    key = open_key_file(file.content, password).key
    server = pki.server_certificate(hosts=["127.0.0.1"], at=now)
    files = {
        "ca.pem": pki.trusted_bundle_pem(),
        "ecdsa.pem": server.ecdsa_chain,
        "ecdsa.key": server.ecdsa_key,
        "rsa.pem": server.rsa_chain,
        "rsa.key": server.rsa_key,
        "client.pem": certificate.pem.encode(),
        "client.key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.load_cert_chain(folder / "client.pem", folder / "client.key")
    return context


def call(client: ssl.SSLContext, port: int, path: str) -> bytes:
    """One request over a new connection; the whole answer."""
    with (
        _connected(port) as plain,
        client.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        secure.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        parts = []
        while part := secure.recv(65536):
            parts.append(part)
        return b"".join(parts)


def _connected(port: int) -> socket.socket:
    """Without Nagle's wait, as HTTP clients connect: 40 ms between the handshake and the request otherwise."""
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return plain


def cpu_seconds(roots: list[int]) -> float:
    """CPU time so far of these processes and everything below them."""
    return sum(_own_cpu_seconds(pid) for root in roots for pid in (root, *_descendants(root)))


def _own_cpu_seconds(pid: int) -> float:
    """Nanoseconds on the processor, of every thread."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child)
            yield from _descendants(int(child))


@contextmanager
def running(command: list[str]) -> Iterator[int]:
    """A server for the time of the block; gives its process id."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(ready: Callable[[], bool]) -> None:
    """Ask until the answer is yes; raises TimeoutError."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("os servidores da medição não responderam")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    support.run(main)
