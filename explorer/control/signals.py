"""What the window receives of the compute thread's work, all on the GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Signals(QObject):
    """Emitted by the controller, and by tasks that deliver their results."""

    frame_ready = Signal(object)  # RenderResult of the LIVE role; never older than the one before
    before_ready = Signal(object)  # RenderResult while "before" is held, None on release
    thumbnail_ready = Signal(object)  # RenderResult of a thumbnail role
    pinned_changed = Signal(object)  # RenderResult | None: the A of the A/B wipe
    file_offered = Signal(object)  # Opened: ask "Apply all / Source only / Cancel", then call apply_opened
    file_read = Signal(str)  # path of an image, recipe or latent that fits the open model
    timed = Signal(object)  # FrameTime of every frame shown
    late = Signal(bool)  # whether the face shown has for a while not been the requested one
    face_drawn = Signal(object)  # FaceDrawn, of `draw_faces`
    face_measured = Signal(object)  # FaceMeasured, of `MeasureFace`
    looked_closer = Signal(object)  # LookedCloser, of `InspectFace`
    face_inspected = Signal(object)  # FaceInspected, of `InspectFaces`
    clean_found = Signal(object)  # CleanFound, of `FindClean`
    look_read = Signal(object)  # Look in a file that was opened
    thumbnail_drawn = Signal(object)  # ThumbnailDrawn, of `DrawThumbnail`
    picture_drawn = Signal(object)  # PictureDrawn, of `DrawPictures`
    directions_found = Signal(object)  # DirectionsFound in a file that was opened
    latents_found = Signal(object)  # LatentsFound in a file that was opened: ask which, then call open_latent
    latent_drawn = Signal(object)  # LatentDrawn, of `DrawLatents`
    direction_made = Signal(object)  # DirectionMade
    directions_solved = Signal(object)  # DirectionsSolved, of `SolveAgain`
    tile_drawn = Signal(object)  # TileDrawn, of `DrawTiles`
    measures_known = Signal(object)  # MeasuresKnown, of `FindMeasures`
    layers_measured = Signal(object)  # LayersMeasured, of `MeasureLayers`
    other_model_read = Signal(object)  # OtherModel, of `ReadOtherModel`
    people_known = Signal(object)  # PeopleKnown, of `KnowPeople` and `LearnPeople`
    person_found = Signal(object)  # PersonFound, of `FindPeople` and those like it
    people_found = Signal(object)  # PeopleFound, at the end of the same
    state_drawn = Signal(object)  # StateDrawn, of `MakeCharacter`
    character_made = Signal(object)  # CharacterMade, at its end
    project_found = Signal(str)  # path of a project that was to be opened
    grab_ready = Signal(str)  # hash of the model whose faces can be grabbed now
    grab_failed = Signal()  # the frame asked for by `grab` does not come
    moment_ready = Signal(object)  # RenderResult, of `show_moment`
    keyframe_drawn = Signal(object)  # KeyframeDrawn, of `DrawKeyframes`
    timeline_made = Signal(object)  # TimelineMade: of a file that was opened, or of `MakeMotion` and `MeasurePace`
    picture_previewed = Signal(object)  # PicturePreviewed, of `PreviewPicture`
    part_enlarged = Signal(object)  # PartEnlarged, of `EnlargePart`
    enlarging_known = Signal(str)  # of `KnowEnlarging`
    training_read = Signal(object)  # RunRead or SamplesRead, of a training's folder
