"""CIE L*a*b* of sRGB images: lightness and colour as the eye judges them (CIE 15:2004, white D65)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_XYZ_OF_RGB = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_RELATIVE_XYZ = (_XYZ_OF_RGB / _XYZ_OF_RGB.sum(axis=1, keepdims=True)).astype(np.float32)  # white becomes 1, 1, 1
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)
_KNEE = (6 / 29) ** 3


def lab(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """sRGB uint8 [..., 3] -> float32 [..., 3]: L* 0..100, a* (green to red) and b* (blue to yellow) about -100..100."""
    xyz = _LINEAR[pixels] @ _RELATIVE_XYZ.T
    f = np.where(xyz > _KNEE, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)
