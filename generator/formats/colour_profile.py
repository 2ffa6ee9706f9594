"""The ICC profile of sRGB (IEC 61966-2-1), which says what the numbers of a picture mean."""

from __future__ import annotations

from functools import cache

_DATE = slice(24, 36)  # of creation, in the header (ICC.1, section 7.2)
_SOME_DATE = b"".join(number.to_bytes(2) for number in (2000, 1, 1, 0, 0, 0))
_ID = slice(84, 100)  # MD5 of the profile; zeros = not computed


@cache
def srgb() -> bytes:
    """The profile, always the same bytes: about 600, without the date of today."""
    from PIL import ImageCms  # late: most pictures are only read

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_DATE], profile[_ID] = _SOME_DATE, bytes(16)
    return bytes(profile)
