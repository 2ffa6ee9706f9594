"""The title of the window: the face, the model, the project."""

from __future__ import annotations

from explorer.document.face_names import title_of
from explorer.document.session import Session
from generator.printable import printable


def window_title(session: Session, project: str) -> str:
    """ "Seed 85 — faces — people — Outis"; what there is not is left out."""
    facts = session.facts
    face = title_of(session.recipe, session.opened_file)
    parts = (face if facts else "", facts.name if facts else "", project, "Outis")
    return printable(" — ".join(filter(None, parts)))
