"""Numbers as they are said: "twelve", "twenty-five", "a dozen", "half", "20 %"."""

from __future__ import annotations

import re

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_UNITS = {word: value for value, word in enumerate(f"{_ONES} eighteen nineteen".split(), 1)}
_TENS_SAID = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TENS = {word: 10 * value for value, word in enumerate(_TENS_SAID, 2)}
_MANY = {"half a dozen": 6, "a dozen": 12, "dozen": 12, "a hundred": 100, "one hundred": 100, "a thousand": 1000}
_PAIRS = {"a couple": 2}
_ARTICLES = ("a", "an")
_PARTS = {"half": 1 / 2, "a half": 1 / 2, "a third": 1 / 3, "two thirds": 2 / 3, "a quarter": 1 / 4}
_ROUGHLY = {"three quarters": 3 / 4, "a tenth": 0.1, "a fifth": 0.2, "a few": 0.2, "some": 0.3, "most": 0.8, "all": 1.0}
_SHARES = _PARTS | _ROUGHLY

_tens = "|".join(_TENS)
_first_nine = "|".join(list(_UNITS)[:9])
_words = "|".join(sorted([*_MANY, *_PAIRS, *_UNITS], key=len, reverse=True))
NUMBER = rf"(?:[0-9]{{1,6}}|(?:{_tens})(?:[- ](?:{_first_nine}))?|{_words})"
COUNT = rf"(?:{NUMBER}|an?)"  # of people: "a woman" is one
SHARE = rf"(?:[0-9]{{1,3}}(?:\.[0-9]+)? ?(?:%|percent|per cent)|{'|'.join(sorted(_SHARES, key=len, reverse=True))})"
_PERCENT = re.compile(r"([0-9.]+) ?(?:%|per)")


def number(text: str) -> int:
    """The value of what `NUMBER` or `COUNT` matched, in lower case."""
    if text.isdecimal():
        return int(text)
    known = _MANY | _PAIRS | _UNITS | dict.fromkeys(_ARTICLES, 1)
    if text in known:
        return known[text]
    tens, *ones = re.split("[- ]", text)
    return _TENS[tens] + sum(_UNITS[one] for one in ones)


def share(text: str) -> float:
    """The value of what `SHARE` matched, in lower case: 0..1, more for a text such as "900 %"."""
    found = _PERCENT.match(text)
    return float(found[1]) / 100 if found else _SHARES[text]
