"""From a rendered picture to the one that is taken home: enlarged, cut out, cropped, scaled, in this order."""

from __future__ import annotations

from collections.abc import Callable

from generator.faces.finder import SeenFace
from generator.formats.finished import Finished, Floats, Pixels
from generator.formats.picture_options import PictureOptions
from generator.progress import Job

Find = Callable[[Pixels], SeenFace | None]  # the largest face in uint8 [H, W, 3]


def finishing(picture: Pixels | Floats, options: PictureOptions, find: Find | None = None) -> Job[Finished]:
    """What `options` make of `picture`: uint8 `[H, W, 3]`, or float32 `[H, W, 3]` in 0..1, as 16 bits need it.

    find: finds the face; None loads the networks of `generator.faces` where the options need one. A step takes at
    most about 50 ms, but for loading. Closing the job cancels it. Raises `ExportError` where there is no person to cut
    out or to crop to, and where the picture for the background cannot be read.

    Example:
        >>> from generator.formats.finished import save_finished
        >>> from generator.progress import finish
        >>> done = finish(finishing(engine.render(recipe), PictureOptions(enlarge=4, cutout="transparent")))
        >>> done.pixels.shape, done.history
        ((1024, 1024, 4), 'enlarged 4 times by Real-ESRGAN x4plus; background removed')
        >>> save_finished("face.png", done, recipe)
    """
    raise NotImplementedError
