#!/usr/bin/env python3
"""Run Gõ Cửa with nothing but Python: `python3 run.py` for the demo, `test` for the tests, `bench` to measure.

Makes `.venv`, installs what requirements*.txt pin, brings the database up to date and serves it on this
machine alone. PORT says where (8000 when absent), DATABASE_URL which database (a demo of its own when absent).
"""

import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
INSTANCE = ROOT / "instance"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
INSTALLED = VENV / "installed"  # digests of the requirement files that are installed completely
DEMO_DATABASE = INSTANCE / "demo.sqlite3"
DEMO_READY = INSTANCE / "demo.ready"
BROWSERS = [
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
]


# Whole files, so that what a file's tests share is made once; slow files stand first.
ON_EVERY_CORE = ("-n", "auto", "--maxprocesses", "8", "--dist", "loadfile", "--no-loadscope-reorder")


def main(command="run", *arguments):
    os.chdir(ROOT)
    if command == "run" and not arguments:
        run()
    elif command in ("test", "bench"):
        install("requirements.txt", "requirements-dev.txt")
        module = "pytest" if command == "test" else "bench"
        if command == "test":
            code_reader()
            arguments = arguments or ON_EVERY_CORE
        sys.exit(subprocess.call([PYTHON, "-m", module, *arguments], env={**os.environ, **browser()}))
    else:
        stop("Dùng / usage: python3 run.py [test [pytest's arguments] | bench]")


def run():
    """Serve until stopped, on a demo database unless DATABASE_URL names another."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        stop(f"PORT={port}: phải là số từ 1 đến 65535 / must be a number from 1 to 65535.")
    address = f"http://127.0.0.1:{port}/"
    running = lock("run.lock")
    if not running:
        where = (INSTANCE / "address").read_text() if (INSTANCE / "address").exists() else "…"
        stop(f"Gõ Cửa đang chạy rồi, mở {where} / already running there. "
             "Muốn chạy lại thì dừng bản kia trước / stop that one first.")
    if in_use(int(port)):
        stop(f"Cổng {port} đang có chương trình khác dùng / the port is taken by another program. "
             f"Thử / try: make run PORT={int(port) % 65535 + 1}")
    (INSTANCE / "address").write_text(address)
    install("requirements.txt")
    os.environ.update(PORT=port, PYTHONUTF8="1")
    if os.environ.get("DATABASE_URL"):
        if os.environ.get("DEMO"):
            stop("DEMO không dùng được với DATABASE_URL / DEMO only works on a database of its own: unset one.")
        flask("migrate")
    else:
        os.environ.update(DEMO="1", DATABASE_URL=f"sqlite:///{DEMO_DATABASE.relative_to(ROOT).as_posix()}")
        make_demo()
    tell(f"Mở / open {address}   (dừng / stop: Ctrl-C)")
    serve = [str(PYTHON), "-m", "flask", "--app", "app", "serve", "--port", port]
    if os.name == "nt":
        sys.exit(subprocess.call(serve))
    os.set_inheritable(running.fileno(), True)  # the server holds the lock from here on
    os.execv(serve[0], serve)


def make_demo():
    """Bring the demo database up to date; fill it once. One left half filled is thrown away."""
    if not DEMO_READY.exists():
        for path in INSTANCE.glob(f"{DEMO_DATABASE.name}*"):
            path.unlink()
        tell("Đang dựng xã mẫu… / making the demo commune…")
    flask("migrate")
    if not DEMO_READY.exists():
        flask("demo")
        DEMO_READY.touch()


def flask(command):
    """One of the app's own commands; its failure ends this program."""
    code = subprocess.call([PYTHON, "-m", "flask", "--app", "app", command])
    if code:
        sys.exit(code)


def install(*files):
    """A virtual environment that has the last of the requirement files, which includes the ones before it.

    What an interrupted attempt left behind is thrown away.
    """
    digests = [hashlib.sha256((ROOT / file).read_bytes()).hexdigest() for file in files]
    with lock("install.lock", wait=True):
        found = INSTALLED.read_text().split() if INSTALLED.exists() and PYTHON.exists() else []
        if digests[-1] in found:
            return
        if not found:
            if importlib.util.find_spec("ensurepip") is None:
                stop("Thiếu một gói của Python / a part of Python is missing. "
                     f"Gõ / type: sudo apt install python3.{sys.version_info.minor}-venv")
            tell("Đang cài thư viện, chừng nửa phút… / installing libraries, about half a minute…")
            call([sys.executable, "-m", "venv", "--clear", VENV], "Không tạo được .venv / could not make .venv.")
        INSTALLED.unlink(missing_ok=True)
        call([PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input",
              "--require-hashes", "-r", files[-1]],
             "Không cài được thư viện, xem lỗi ở trên; có mạng không? / could not install, see above; online?")
        INSTALLED.write_text("\n".join(digests))


def browser():
    """The environment that says which Chromium the tests drive; installs one when there is none."""
    if os.environ.get("CHROMIUM"):
        return {}
    if not find_browser():
        tell("Đang cài trình duyệt cho kiểm thử… / installing a browser for the tests…")
        apt_install("chromium")
    if find_browser():
        return {"CHROMIUM": find_browser()}
    call([PYTHON, "-m", "playwright", "install", "chromium"],
         "Không có trình duyệt / no browser: install Chromium or Chrome, or set CHROMIUM to where it is.")
    return {}  # Playwright finds its own


def code_reader():
    """Install zbar, with which the tests read printed codes a second time; where this cannot, a test says so."""
    if sys.platform == "linux" and not ctypes.util.find_library("zbar"):
        tell("Đang cài bộ đọc mã cho kiểm thử… / installing a code reader for the tests…")
        apt_install("libzbar0")


def apt_install(package):
    """Install a package on Debian and its kin, when we may; does nothing elsewhere."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update"], ["install", "-y", "--no-install-recommends", package]):
            subprocess.call(["apt-get", "-q", *step], env=environment, stdin=subprocess.DEVNULL)


def find_browser():
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def lock(name, wait=False):
    """An open file that no other process holds; None when one does and `wait` is false. Closing lets go."""
    INSTANCE.mkdir(mode=0o700, exist_ok=True)
    file = open(INSTANCE / name, "a")
    while True:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            return file
        except OSError:
            if not wait:
                return None


def in_use(port):
    with socket.socket() as probe:
        if os.name != "nt":  # elsewhere it means something else
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def call(command, sentence):
    if subprocess.call(command):
        stop(sentence)


def tell(sentence):
    print(sentence, flush=True)


def stop(sentence):
    sys.exit(sentence)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    if sys.version_info < (3, 11):  # noqa: UP036
        stop(f"Cần Python 3.11 trở lên / Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
