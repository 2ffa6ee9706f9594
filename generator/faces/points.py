"""Names of points of the mesh. Left and right are the person's own: the right eye is at the picture's left."""

from __future__ import annotations

POINTS: dict[str, int] = {
    "forehead": 10,
    "forehead-right": 67,
    "forehead-left": 297,
    "temple-right": 54,
    "temple-left": 284,
    "brow-right": 105,
    "brow-left": 334,
    "brow-inner-right": 55,
    "brow-inner-left": 285,
    "brow-outer-right": 70,
    "brow-outer-left": 300,
    "eye-outer-right": 33,
    "eye-inner-right": 133,
    "eye-inner-left": 362,
    "eye-outer-left": 263,
    "lid-right": 159,
    "lid-left": 386,
    "lower-lid-right": 145,
    "lower-lid-left": 374,
    "nose-bridge": 168,
    "nose-tip": 1,
    "nose-base": 2,
    "nose-right": 129,
    "nose-left": 358,
    "cheek-right": 50,
    "cheek-left": 280,
    "cheekbone-right": 234,
    "cheekbone-left": 454,
    "mouth-right": 61,
    "mouth-left": 291,
    "lip-upper": 0,
    "lip-upper-inner": 13,
    "lip-lower-inner": 14,
    "lip-lower": 17,
    "jaw-right": 172,
    "jaw-left": 397,
    "chin": 152,
}


def _ring(numbers: str) -> tuple[int, ...]:
    return tuple(map(int, numbers.split()))


# Closed rings of neighbouring points.
OUTLINE = _ring(
    "10 338 297 332 284 251 389 356 454 323 361 288 397 365 379 378 400 377 152 148 176 149 150 136 172 58 132 93 234 "
    "127 162 21 54 103 67 109"
)
LIPS = _ring("61 146 91 181 84 17 314 405 321 375 291 409 270 269 267 0 37 39 40 185")
INNER_LIPS = _ring("78 95 88 178 87 14 317 402 318 324 308 415 310 311 312 13 82 81 80 191")
RIGHT_EYE = _ring("33 7 163 144 145 153 154 155 133 173 157 158 159 160 161 246")
LEFT_EYE = _ring("263 249 390 373 374 380 381 382 362 398 384 385 386 387 388 466")
RIGHT_BROW = _ring("46 53 52 65 55 107 66 105 63 70")
LEFT_BROW = _ring("276 283 282 295 285 336 296 334 293 300")
