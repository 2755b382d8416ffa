"""Static files: compressed once when they change, at addresses that carry a hash of their content."""

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

ROOT = Path(__file__).resolve().parent
YEAR = 365 * 24 * 3600
MIME = {".webmanifest": "application/manifest+json"}


def serve(wsgi_app):
    """The WSGI app with /static/ in front of it, kept by browsers for a year."""
    root = compressed(ROOT / "static", ROOT / "instance")
    return WhiteNoise(wsgi_app, root=root, prefix="static/", max_age=YEAR, mimetypes=MIME)


def hashes():
    """`{file name: eight hex digits of its content}`."""
    return {path.name: _hash(path.read_bytes()) for path in sorted((ROOT / "static").iterdir()) if path.is_file()}


def address(name):
    """Where browsers get a static file, with the hash of its content."""
    return f"/static/{name}?v={hashes()[name]}"


def compressed(source, instance):
    """A folder in `instance` with the files of `source` and their .br and .gz, made when `source` has changed."""
    ready = instance / f"static-{_hash(repr(hashes()).encode())}"
    if not ready.exists():
        instance.mkdir(exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=instance))
        shutil.copytree(source, fresh, dirs_exist_ok=True)
        compressor = Compressor(quiet=True)
        for path in list(fresh.iterdir()):
            if compressor.should_compress(path.name):
                compressor.compress(str(path))
        try:
            os.rename(fresh, ready)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    return ready


def _hash(content):
    return sha256(content).hexdigest()[:8]
