"""The library without a name: the project that is open when no other was asked for.

It is `library.outis` in the user's data folder. A second window meanwhile has `library-2.outis`; the next window
that is alone takes its faces over, so that nothing is lost. So are the sessions that an older Outis kept as files.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_dir

from explorer.library.kept_sessions import read_sessions, write_recipes, write_stored
from explorer.library.old_sessions import take_over
from generator.errors import OutisError, ProjectError
from generator.storage.atomic import make_folder

if TYPE_CHECKING:
    from generator.project.project import Project

log = logging.getLogger(__name__)

FIRST = "library.outis"
MAX_WINDOWS = 20


def open_nameless() -> Project:
    """The first nameless library that no other window has. Raises `OutisError`."""
    folder = Path(user_data_dir("outis"))
    make_folder(folder)
    project = _first_free(folder)
    if not project.read_only:
        _gather(project, folder)
    return project


def _first_free(folder: Path) -> Project:
    from generator.project.project import Project

    refusals: list[str] = []
    paths = [folder / FIRST, *(folder / f"library-{number}.outis" for number in range(2, MAX_WINDOWS + 1))]
    for path in paths:
        try:
            project = Project.open(path, create=True)
        except ProjectError as error:  # of a newer Outis, say
            refusals.append(str(error))
            continue
        if not project.read_only:
            return _in_place(project, path, " ".join(refusals[:1]))
        project.close()
    if refusals:
        raise ProjectError(refusals[0])
    return Project.open(paths[0])  # nothing can be written here


def _in_place(project: Project, path: Path, refusal: str) -> Project:
    """What was recovered takes the place of the damaged file, which stays beside it."""
    notice = project.notice or refusal
    if not path.samefile(project.path):
        project.close()
        for suffix in ("", "-wal"):
            damaged = path.with_name(f"{path.name}{suffix}")
            if damaged.exists():
                damaged.replace(path.with_name(f"{path.stem}.damaged{suffix}"))
        project.path.rename(path)
        project = type(project).open(path)
    project.notice = notice
    return project


def _gather(project: Project, folder: Path) -> None:
    """Take over what other windows and an older Outis have left. Whatever fails stays where it is."""
    from generator.project.project import Project

    take_over(project, folder / "sessions")
    if project.path.name != FIRST:
        return
    for path in sorted(folder.glob("library-*.outis")):
        try:
            other = Project.open(path)
            if not other.read_only:
                _merge(project, other)
            whole, is_ours = not other.skipped, not other.read_only
            other.close()
            if is_ours:
                path.unlink() if whole else path.rename(path.with_suffix(".damaged"))
        except (OutisError, OSError):
            log.warning("%s could not be taken over", path, exc_info=True)


def _merge(project: Project, other: Project) -> None:
    """Copy everything of `other`; its sessions only with models that `project` has none with."""
    first = project.last_id()
    faces, known = other.faces(), read_sessions(project)
    new = {model: kept for model, kept in read_sessions(other).items() if model not in known}
    with project.transaction():
        project.put(
            replace(face, id=face.id + first, parent=None if face.parent is None else face.parent + first)
            for face in faces
        )
        thumbnails = other.thumbnails(face.id for face in faces)
        project.set_thumbnails({id + first: webp for id, webp in thumbnails.items()})
        names = {look.name for look in project.looks()}
        for look in other.looks():
            if look.name not in names:
                project.put_look(look)
        write_recipes(project, {model: kept.recipe for model, kept in new.items()})
        write_stored(project, {model: kept.stored for model, kept in new.items()})
