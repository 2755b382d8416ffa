"""A zip file, which a .docx and an .xlsx are, whose bytes depend on nothing but what is in it.

Its files are dated alike and not compressed: another version of the library that compresses would give other bytes,
and the report of a closed period has to be the same file years later.
"""

from zipfile import ZIP_STORED, ZipFile, ZipInfo


def repack(file, packed, instead=None):
    """Write the zip `packed` to `file` (both binary), with the files of `instead`, {name: bytes}, for its own."""
    with ZipFile(packed) as old, ZipFile(file, "w", ZIP_STORED) as new:
        for name in old.namelist():
            info = ZipInfo(name)  # dated 1980-01-01, the first day that a zip knows
            info.create_system = 0  # or it tells on which system it was made
            new.writestr(info, (instead or {}).get(name) or old.read(name))
