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
    "brows-middle": 8,
    "nose-bridge": 168,
    "nose-ridge": 195,
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

# The point on the other half of the face, for every point of the mesh; those of the middle are their own.
MIRRORED = _ring(
    "0 1 2 248 4 5 6 249 8 9 10 11 12 13 14 15 16 17 18 19 250 251 252 253 254 255 256 257 258 259 260 261 262 263 "
    "264 265 266 267 268 269 270 271 272 273 274 275 276 277 278 279 280 281 282 283 284 285 286 287 288 289 290 291 "
    "308 293 294 295 296 297 298 299 300 301 302 303 304 305 306 307 292 309 310 311 312 313 314 315 316 317 318 319 "
    "320 321 322 323 94 324 325 326 327 328 329 330 331 332 333 334 335 336 337 338 339 340 341 342 343 344 345 346 "
    "347 348 349 350 351 352 353 354 355 356 357 358 359 360 361 362 363 364 365 366 367 368 369 370 371 372 373 374 "
    "375 376 377 378 379 151 152 380 381 382 383 384 385 386 387 388 389 390 164 391 392 393 168 394 395 396 397 398 "
    "399 175 400 401 402 403 404 405 406 407 408 409 410 411 412 413 414 415 416 417 418 195 419 197 420 199 200 421 "
    "422 423 424 425 426 427 428 429 430 431 432 433 434 435 436 437 438 439 440 441 442 443 444 445 446 447 448 449 "
    "450 451 452 453 454 455 456 457 458 459 460 461 462 463 464 465 466 467 3 7 20 21 22 23 24 25 26 27 28 29 30 31 "
    "32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 78 63 64 65 66 67 68 "
    "69 70 71 72 73 74 75 76 77 62 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 95 96 97 98 99 100 101 102 103 104 "
    "105 106 107 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 123 124 125 126 127 128 129 130 131 132 "
    "133 134 135 136 137 138 139 140 141 142 143 144 145 146 147 148 149 150 153 154 155 156 157 158 159 160 161 162 "
    "163 165 166 167 169 170 171 172 173 174 176 177 178 179 180 181 182 183 184 185 186 187 188 189 190 191 192 193 "
    "194 196 198 201 202 203 204 205 206 207 208 209 210 211 212 213 214 215 216 217 218 219 220 221 222 223 224 225 "
    "226 227 228 229 230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247"
)

# What can be held: the mesh, and points that it lacks, numbered after it.
PUPILS = ("pupil-right", "pupil-left")
HAIRLINE = ("hairline", "hairline-right", "hairline-left")
HELD: dict[str, int] = POINTS | {name: len(MIRRORED) + i for i, name in enumerate(PUPILS + HAIRLINE)}
HELD_COUNT = len(MIRRORED + PUPILS + HAIRLINE)
