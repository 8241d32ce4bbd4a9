"""The installation by containers, as far as it can be checked without containers."""

import re
import runpy
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from config.paths import BASE_DIR

COMPOSE: dict[str, Any] = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
TEMPLATE = (BASE_DIR / "deploy" / "nginx.conf.template").read_text()
NGINX_ENVIRONMENT: dict[str, str] = SERVICES["nginx"]["environment"]
REPLACED = re.compile(NGINX_ENVIRONMENT["NGINX_ENVSUBST_FILTER"].replace("$$", "$"))


def substituted(**values: str) -> str:
    """What the image of nginx makes of the template."""
    return re.sub(
        r"\$\{?([A-Z_]+)\}?", lambda found: values[found[1]] if REPLACED.match(found[1]) else found[0], TEMPLATE
    )


NGINX = substituted(PUBLIC_HOST="ensaio.example", PORTAL_TLS_PORT="18443")


def test_every_service_exists_and_waits_for_what_it_needs() -> None:
    assert set(SERVICES) == {"postgres", "redis", "mail", "prepare", "web", "worker", "beat", "nginx"}
    for name in ("web", "worker", "beat"):
        waits = SERVICES[name]["depends_on"]
        assert waits["prepare"]["condition"] == "service_completed_successfully"
        assert waits["postgres"]["condition"] == waits["redis"]["condition"] == "service_healthy"
    assert SERVICES["nginx"]["depends_on"]["web"]["condition"] == "service_healthy"
    for name, service in SERVICES.items():
        for needed in service.get("depends_on", {}):
            assert needed in SERVICES, f"{name} waits for {needed}"


def test_nginx_redirects_to_the_name_and_port_of_the_installation_whatever_the_client_says() -> None:
    redirects = re.findall(r"return 30\d (\S+);", NGINX)
    assert redirects == ["https://ensaio.example:18443$request_uri"]
    assert NGINX_ENVIRONMENT["PUBLIC_HOST"] == "${PUBLIC_HOST:-localhost}"
    assert f"{NGINX_ENVIRONMENT['PORTAL_TLS_PORT']}:8443" in SERVICES["nginx"]["ports"]
    assert NGINX_ENVIRONMENT["NGINX_ENVSUBST_OUTPUT_DIR"] == "/etc/nginx"
    assert "./deploy/nginx.conf.template:/etc/nginx/templates/nginx.conf.template:ro" in SERVICES["nginx"]["volumes"]
    assert "${" not in NGINX


def test_what_serves_is_watched() -> None:
    for name in ("postgres", "redis", "mail", "web", "worker", "nginx"):
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_volumes_and_commands_exist() -> None:
    entrypoint = (BASE_DIR / "deploy" / "entrypoint").read_text()
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (BASE_DIR / source).is_file()
        if service.get("image") == "ensaio":
            assert f"\n{service['command'][0]})\n" in entrypoint


def test_only_nginx_is_reachable_from_outside_and_only_it_shares_the_socket() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"nginx", "mail"}
    assert all(port.startswith("127.0.0.1:") for port in published["mail"])
    mounted = {name for name, service in SERVICES.items() if "socket:/run/ensaio" in service.get("volumes", [])}
    assert mounted == {"web", "nginx"}
    gunicorn = runpy.run_path(str(BASE_DIR / "deploy" / "gunicorn.conf.py"))
    assert gunicorn["bind"] == "unix:/run/ensaio/web.sock"
    assert gunicorn["control_socket_disable"] is True
    assert gunicorn["worker_class"] == "sync"
    assert "server unix:/run/ensaio/web.sock" in NGINX


def test_no_secret_has_a_default() -> None:
    environment = SERVICES["web"]["environment"]
    assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")


def test_the_example_names_each_variable_that_compose_demands() -> None:
    example = (BASE_DIR / ".env.example").read_text()
    demanded = re.findall(r"\$\{([A-Z_]+):\?", (BASE_DIR / "docker-compose.yml").read_text())
    assert demanded
    for name in demanded:
        assert f"\n{name}=\n" in example, f"{name} is empty in the example"


def test_nginx_always_overwrites_what_the_portal_believes() -> None:
    """A `proxy_set_header` in a block drops those of the blocks around it: each block that sets one sets them all."""
    believed = ("X-SSL-Client-Cert", "X-Real-IP", "X-Forwarded-Proto", "X-Forwarded-For")
    lines = NGINX.splitlines()
    blocks: dict[int, list[str]] = {}
    stack: list[int] = []
    for number, line in enumerate(lines):
        if line.rstrip().endswith("{"):
            stack.append(number)
        elif line.strip() == "}":
            stack.pop()
        elif "proxy_set_header" in line:
            blocks.setdefault(stack[-1], []).append(line.split()[1])
    assert blocks
    for number, headers in blocks.items():
        assert set(believed) <= set(headers), lines[number]
    assert NGINX.count("$ssl_client_escaped_cert") == 1


def test_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    """Where nginx is installed it reads the file itself, with certificates and paths of this test."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        assert NGINX.count("{") == NGINX.count("}")
        return
    certificate = ["openssl", "req", "-x509", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    for kind, options in {"ecdsa": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["rsa:2048"]}.items():
        files = ["-keyout", str(tmp_path / f"{kind}.key"), "-out", str(tmp_path / f"{kind}.pem")]
        subprocess.run([*certificate, "-newkey", *options, *files], capture_output=True, check=True)
    shutil.copy(tmp_path / "rsa.pem", tmp_path / "authorities.pem")
    text = (
        re.sub(r"pid \S+;", f"pid {tmp_path}/pid;", NGINX)
        .replace("/certificates/", f"{tmp_path}/")
        .replace("user nginx;\n", "")
    )
    file = tmp_path / "nginx.conf"
    file.write_text(text.replace("/dev/stderr", str(tmp_path / "error.log")))
    done = subprocess.run([nginx, "-t", "-c", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
