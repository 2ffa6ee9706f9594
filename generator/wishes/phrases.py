"""The lexicon: what is said of people in English, as words for ranges (`generator.wishes.terms`)."""

from __future__ import annotations

Said = tuple[str, str]  # measure and the word of one of its terms

PEOPLE = "people|persons?|faces?|portraits?|characters?|humans?|individuals?|personas?"
WOMEN = "women|woman|females?|lady|ladies"
MEN = "men|man|males?|gentlem[ae]n|guys?"

PHRASES: tuple[tuple[str, tuple[Said, ...]], ...] = (  # the more special first
    (
        r"(?:looking|look|looks|gazing|facing|turned) (?:straight |directly )?(?:at|into|to|towards) (?:the |us|me)?"
        r"(?:camera|viewer|lens)?|facing (?:the )?(?:camera|viewer|front)|frontal|front view|eye contact",
        (("yaw", "facing"), ("gaze", "centred")),
    ),
    (r"laughing|laughs?", (("smile", "smiling"), ("mouth-open", "open"))),
    (r"not smiling|unsmiling|without (?:a )?smiles?|no smiles?", (("smile", "serious"),)),
    (r"smiling|smiles?|a smile|happy|cheerful|friendly", (("smile", "smiling"),)),
    (r"serious|neutral expressions?|stern|earnest", (("smile", "serious"),)),
    (r"surprised|astonished", (("mouth-open", "open"), ("brow-height", "raised"))),
    (r"(?:without|no) (?:glasses|spectacles|eyeglasses)|glassless", (("glasses", "without"),)),
    (r"(?:a pair of )?(?:glasses|spectacles|eyeglasses)|bespectacled", (("glasses", "with"),)),
    (r"(?:without|no) (?:a )?beards?|clean[- ]shaven|shaven|beardless", (("beard", "shaven"),)),
    (r"beards?|bearded|moustaches?", (("beard", "bearded"),)),
    (r"blondes?|blonds?", (("hair", "fair"),)),
    (r"brunettes?", (("hair", "dark"),)),
    (r"redheads?|red-headed", (("hair-red", "red"),)),
    (r"(?:looking|turned|facing|turning)(?: to)?(?: the)? left", (("yaw", "left"),)),
    (r"(?:looking|turned|facing|turning)(?: to)?(?: the)? right", (("yaw", "right"),)),
    (r"looking up(?:wards?)?", (("pitch", "up"),)),
    (r"looking down(?:wards?)?", (("pitch", "down"),)),
    (r"(?:lit|light|lighting) from the left", (("light", "left"),)),
    (r"(?:lit|light|lighting) from the right", (("light", "right"),)),
    (r"(?:showing|with|visible) (?:their )?teeth", (("teeth", "shown"),)),
    (r"teenagers?|teenage|teens?|adolescents?", (("age", "teenage"),)),
    (r"children|child|kids?", (("age", "child"),)),
    (r"middle[- ]aged", (("age", "middle-aged"),)),
    (r"elderly|seniors?|old(?:er)?", (("age", "old"),)),
    (r"young(?:er)?|youths?", (("age", "young"),)),
    (r"grown[- ]ups?|adults?", (("age", "adult"),)),
    (r"feminine", (("gender", "feminine"),)),
    (r"masculine", (("gender", "masculine"),)),
    (r"fringes?", (("forehead", "fringe"),)),
)

QUALITIES: tuple[tuple[str, dict[str, Said]], ...] = (  # a noun, and what each adjective says of it
    (
        r"hair(?:ed)?",
        {
            **dict.fromkeys(("fair", "blond", "blonde", "light", "bright", "golden"), ("hair", "fair")),
            **dict.fromkeys(("dark", "black", "brown"), ("hair", "dark")),
            **dict.fromkeys(("red", "ginger"), ("hair-red", "red")),
            "long": ("hair-length", "long"),
            "short": ("hair-length", "short"),
        },
    ),
    (
        r"backgrounds?|backdrops?",
        {
            **dict.fromkeys(("plain", "simple", "clean", "uniform", "empty", "blurred"), ("clutter", "plain")),
            **dict.fromkeys(("busy", "cluttered", "detailed"), ("clutter", "busy")),
            **dict.fromkeys(("bright", "white", "light"), ("background", "bright")),
            **dict.fromkeys(("dark", "black"), ("background", "dark")),
        },
    ),
    (
        r"skin(?:ned)?(?: tones?)?|complexions?",
        {
            **dict.fromkeys(("dark", "black", "brown"), ("skin", "dark")),
            **dict.fromkeys(("fair", "light", "pale", "white"), ("skin", "fair")),
            **dict.fromkeys(("middle", "medium", "olive"), ("skin", "middle")),
        },
    ),
    (
        r"eyes?|eyed",
        {
            "blue": ("iris-gold", "blue"),
            **dict.fromkeys(("brown", "dark"), ("iris-gold", "brown")),
            "open": ("eyes-open", "open"),
            "narrow": ("eyes-open", "narrow"),
        },
    ),
    (
        r"mouths?",
        {"open": ("mouth-open", "open"), "closed": ("mouth-open", "closed"), "shut": ("mouth-open", "closed")},
    ),
    (r"lips", {"full": ("lips", "full"), "thin": ("lips", "thin")}),
    (r"foreheads?", {"high": ("forehead", "high")}),
    (r"(?:eye)?brows?", {"raised": ("brow-height", "raised"), "high": ("brow-height", "raised")}),
    (r"light|lighting", {"even": ("light", "even"), "soft": ("light", "even"), "frontal": ("light", "even")}),
    (r"colou?rs", {"warm": ("warmth", "warm"), "cool": ("warmth", "cool"), "cold": ("warmth", "cool")}),
)

KINDS = {  # what people can be spread over, or balanced by
    r"(?:apparent )?ages?": "age",
    r"(?:apparent )?(?:genders?|sex|sexes)": "gender",
    r"skin(?: tones?| colou?rs?)?": "skin",
    r"hair(?: colou?rs?)?": "hair",
    r"hair[- ]lengths?": "hair-length",
    r"poses?": "yaw",
    r"smiles?": "smile",
}

_SILENT = """a an the and or with of them they all everybody everyone each every is are be being should must who whom
    that in on at to for from by as have has having wear wears wearing show showing some please find me us i we want
    need would like give create generate make get their there his her its it this these those year years old aged age
    ages group set photo photos photograph photographs picture pictures image images both which also people person
    persons face faces portrait portraits expression expressions between about around evenly spread distributed"""
SILENT = frozenset(_SILENT.split())  # words that ask for nothing
