"""Pictures of any format and size that the user names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import OutisError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_BYTES = 512_000_000  # of one picture's file


class PictureError(OutisError):
    """A picture was refused, or shows no face."""


def read_picture(file: str, done: str) -> NDArray[np.uint8]:
    """The picture as uint8 [H, W, 3], upright, on white. Raises `PictureError` that says what could not be `done`."""
    import numpy as np

    from generator.storage.regular_file import read_regular
    from generator.training.data.decoding import decoded, quiet_decoders
    from generator.training.data.report import Refused

    try:
        with quiet_decoders():
            return np.array(decoded(read_regular(file, _MOST_BYTES), (255, 255, 255)).image)
    except OSError as error:
        raise PictureError(f"{file} could not be read: {error.strerror or error}.") from error
    except Refused as error:
        detail = f" ({error.detail})" if error.detail else ""
        raise PictureError(f"{file} could not be {done}: {error.reason}{detail}; choose a picture.") from error
