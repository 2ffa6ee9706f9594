"""Translation of the window: every string that a user reads in it goes through `tr`.

The source text is English; `resources/locale/outis.pot` lists all strings, and `make catalogue` updates it.
A translation is a compiled catalogue `resources/locale/LANGUAGE/LC_MESSAGES/outis.mo`, found by the user's locale.
"""

from __future__ import annotations

import gettext

from resources import LOCALE

DOMAIN = "outis"

_catalogue: gettext.NullTranslations = gettext.translation(DOMAIN, LOCALE, fallback=True)


def use(catalogue: gettext.NullTranslations) -> None:
    """Translate by `catalogue` from now on; call it before any other module of the window is imported."""
    global _catalogue
    _catalogue = catalogue


def tr(text: str, **values: object) -> str:
    """`text` in the user's language, with `values` in its named fields.

    text: a literal, so that the catalogue can list it; a field may have a format, as in `str.format`.

    Example: `tr("{count:,} faces", count=1500)` is "1,500 faces" in English.
    """
    translated = _catalogue.gettext(text)
    return translated.format(**values) if values else translated
