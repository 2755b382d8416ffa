"""The protocol of a phone's queue: the header it sends with each record, and the receipt that ends a record.

A record is a form stored on the phone. The phone deletes it only after a receipt that names the record's id and the
digest of its body (design.md 7).
"""

import uuid
from typing import NamedTuple
from urllib.parse import parse_qs

from flask import request
from flask_login import current_user

import vi
from answers import said
from models import Device


class Phone(NamedTuple):
    """The header X-Outbox-Phone: which phone, the record's number, how many it made, and which numbers wait."""

    device: str
    number: int
    made: int
    waiting: list
    version: str
    record: str


def telling():
    """The `Phone` of this request; None without the header or when it is malformed."""
    fields = {name: values[-1] for name, values in parse_qs(request.headers.get("X-Outbox-Phone", "")).items()}
    try:
        device, record = (str(uuid.UUID(fields[name])) for name in ("device", "record"))
        number, made, *waiting = map(counted, [fields["number"], fields["made"], *fields.get("waiting", "").split(",")])
    except (KeyError, ValueError):
        return None
    return Phone(device, number, made, [n for n in waiting if n], vi.clean(fields.get("version", ""))[:20], record)


def counted(text):
    """A whole number of a phone's count, 0 for none. ValueError for anything else."""
    number = vi.whole(text or "0")
    if number is None:
        raise ValueError(text)
    return number


def heard(taken):
    """Note the number of the record that arrived, if it comes from a phone's queue."""
    if current_user.is_authenticated and (sender := telling()) and sender.number:
        Device.heard(sender, current_user._get_current_object(), taken)


def receipt(uid, body_hash):
    """The receipt for a record. Call it in the transaction that stores the record: it also notes the number."""
    heard(taken=True)
    return {"id": uid, "hash": body_hash, "state": "received"}


def refusal(uid, errors, status, about=None):
    """What keeps a record on the phone to be looked at, with its `{field: Sentence}` in the reader's language.

    `about` says for a field what goes before its sentence, so that it is understood away from the form.
    """
    heard(taken=False)
    before = {field: f"{words}: " for field, words in (about or {}).items() if words}
    worded = {field: before.get(field, "") + said(sentence) for field, sentence in errors.items()}
    return {"id": uid, "state": "refused", "errors": worded}, status
