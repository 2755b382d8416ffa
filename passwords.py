"""Which passwords are refused: too short for what they open, and those that a guesser tries first."""

import vi
from fields import N_
from terms import OFFICE

SHORTEST, SHORTEST_IN_OFFICE = 8, 10  # characters; an office's account opens the whole commune
LONGEST = 200  # what is longer is no password, and would cost time to check

# What people choose most, whatever follows it (NIST SP 800-63B 5.1.1.2: compare with commonly used values).
COMMON = (
    "password", "passw0rd", "matkhau", "mat khau", "qwerty", "asdfgh", "zxcvbn", "abcdef", "abc123", "iloveyou",
    "admin", "welcome", "letmein", "dragon", "monkey", "football", "anhyeuem", "emyeuanh", "anhnhoem", "conyeume",
    "yeuem", "yeuanh", "khongbiet", "khongco", "vietnam", "hanoi", "hoalac", "gocua", "go cua", "binhdanhocvuso",
    "1q2w3e4r", "q1w2e3r4", "1qaz2wsx", "thuylinh", "hoilamgi", "taolao",
)  # fmt: skip
FEWEST_KINDS = 4  # of different characters
LONGEST_TAIL = 4  # what is added to a common word does not make it another: matkhau123


def refused(password, username="", role=""):
    """Why this may not be an account's password, as a Sentence; None when it may."""
    password = vi.nfc(password)
    least = SHORTEST_IN_OFFICE if role in OFFICE else SHORTEST
    if len(password.strip()) < least:
        return N_("Mật khẩu cần ít nhất %(least)s ký tự.", least=least)
    if len(password) > LONGEST:
        return N_("Mật khẩu dài nhất %(most)s ký tự.", most=LONGEST)
    if is_easy(password, username):
        return N_("Mật khẩu này dễ đoán. Dùng vài từ không liên quan với nhau, ví dụ bốn từ bất kỳ.")
    return None


def is_easy(password, username=""):
    """Whether a guesser tries it first: few different characters, a run of keys, a common word, the username."""
    plain = vi.fold(password).replace(" ", "")
    if len(set(plain)) < FEWEST_KINDS or _is_run(plain):
        return True
    words = [word.replace(" ", "") for word in COMMON] + [vi.fold(username).replace(" ", "")] * (len(username) > 2)
    return any(word and word in plain and len(plain) - len(word) <= LONGEST_TAIL for word in words)


def _is_run(text):
    """Whether it goes up or down by one, or repeats its own beginning: 12345678, 87654321, abcabcabc."""
    steps = {ord(after) - ord(before) for before, after in zip(text, text[1:], strict=False)}
    runs = text in "01234567890123456789" or text in "98765432109876543210" or steps in ({1}, {-1})
    return runs or any(text == (text[:n] * len(text))[: len(text)] for n in range(1, len(text) // 2 + 1))
