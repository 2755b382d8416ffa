"""The letterhead of a report, from the plan: the commune's own, or that of a unit.

It is a plain dict, so that it can be kept beside the figures of a closed period: a report of then still has the
signer and the recipients of then.
"""

from dataclasses import fields

from plan import UNIT, Letterhead


def of(plan, unit=None):
    """The letterhead by the plan for the commune or a unit (with key, kind and its name as a text).

    None for a unit that the plan has no letterhead for: no report is made in its name.
    """
    letterhead = _variant(plan.report.variants, unit) if unit else plan.report
    if not letterhead:
        return None
    name = unit.name if unit else ""
    kept = {field.name: _filled(getattr(letterhead, field.name), name) for field in fields(Letterhead)}
    kept["issuer"] = kept["issuer"] or name or f"UBND {plan.commune.vi}"
    return kept


def blank_number(header):
    """What stands after "Số": room for the number, which the clerk gives, and the symbol, "      /BC-UBND"."""
    symbol = header["symbol"]
    return f"      {symbol}" if symbol.startswith("-") else f"      /{symbol}"


def _variant(variants, unit):
    """The variant that names the unit, else the one of its kind, else the one that names neither; or None."""
    fits = [each for each in variants if unit.key in each.units]
    fits += [each for each in variants if unit.kind in each.kinds]
    fits += [each for each in variants if not (each.units or each.kinds)]
    return fits[0] if fits else None


def _filled(value, name):
    """A text or the texts of a letterhead with the unit's name in its place, as JSON keeps them."""
    if isinstance(value, tuple):
        return [_filled(line, name) for line in value]
    if not isinstance(value, str):
        return value
    capitals = value.replace(UNIT, "").isupper() or value == UNIT
    return value.replace(UNIT, name.upper() if capitals else name)
