"""What the environment says, from DATABASE_URL and BASE_URL to DEMO. Unsafe settings stop the start."""

import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Unsafe(SystemExit):
    """A setting that must not be served with; the message says which and what to do."""


def read(environment):
    """Flask's settings out of the environment. Raises Unsafe rather than run a real office unsafely."""
    base_url = environment.get("BASE_URL", "").rstrip("/") or f"http://127.0.0.1:{environment.get('PORT', 8000)}"
    parts = urlsplit(base_url)
    demo = environment.get("DEMO") == "1"
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.path or parts.query:
        raise Unsafe(f"BASE_URL must be an address such as https://goc.example.vn, got {base_url!r}")
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Unsafe("BASE_URL must begin with https://: phones keep surveys only on a safe connection")
    if demo and parts.hostname not in LOOPBACK:
        raise Unsafe("DEMO=1 signs anybody in and runs only on this machine: unset DEMO or BASE_URL")
    secret = environment.get("SECRET_KEY") or kept_secret(ROOT / "instance" / "secret_key")
    if len(secret) < 32:
        raise Unsafe("SECRET_KEY must have at least 32 characters; unset it to have one made in instance/")
    secure = parts.scheme == "https"
    return {
        "DATABASE_URL": environment.get("DATABASE_URL") or str(ROOT / "instance" / "gocua.sqlite3"),
        "PLAN": environment.get("PLAN") or str(ROOT / "plans"),
        "BASE_URL": base_url,
        "FORMER_HOSTS": former_hosts(environment.get("FORMER_HOSTS", ""), parts.hostname),
        "DEMO": demo,
        "SECRET_KEY": secret,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=90),
        "SESSION_REFRESH_EACH_REQUEST": False,  # a session says itself when it ends
        "MAX_CONTENT_LENGTH": 21 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        "TRUSTED_HOSTS": [parts.hostname, *LOOPBACK],
        "COMPRESS_STREAMS": False,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "TESTING": environment.get("TESTING") == "1",
    }


def former_hosts(text, present):
    """The host names that codes printed earlier still lead to, written with commas or spaces between them."""
    hosts = text.lower().replace(",", " ").split()
    wrong = [host for host in hosts if not HOST.fullmatch(host) or host == present]
    if wrong:
        raise Unsafe(f"FORMER_HOSTS must be other host names such as old.example.vn, got {wrong[0]!r}")
    return hosts


def kept_secret(path):
    """The secret kept in `path`, made on the first start and readable by its owner alone."""
    path.parent.mkdir(exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()
