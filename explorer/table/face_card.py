"""One face as it is seen in a grid or a strip: its picture with a frame, stars and a name, as one pixmap."""

from __future__ import annotations

from math import cos, pi, sin
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QImage, QPainter, QPalette, QPen, QPixmap, QPolygonF

from explorer.table.faces import title
from explorer.translation import tr
from explorer.widgets.theme import COLOURS
from generator.project.face import Face, Place

RIM, CAPTION = 4, 34  # logical pixels around a picture, and below it for stars and the name
DIM = 0.3  # opacity of a rejected or deleted face
_STAR = 5.0  # logical pixels, radius
_STAR_STEP = 12.0
_CORNER = 4.0


class Look(NamedTuple):
    """What a card depends on besides the face; two equal ones of one face are the same card."""

    side: int  # logical pixels of the picture
    captioned: bool
    marked: bool
    ratio: float  # screen pixels per logical pixel
    opened_by: str  # the model of a face that the open one does not draw; "" = the open one
    branch: bool  # it did not come from the face before it


Shown = tuple[str, bool, int, bool, bool]


def shown_of(face: Face) -> Shown:
    """What a card tells of the face besides its picture: an edit of its recipe alone needs no other card until the
    picture is there."""
    return title(face), bool(face.name), face.stars, face.rejected, face.place is Place.DELETED


def height(side: int, captioned: bool) -> int:
    """Logical pixels of a whole card."""
    return side + 2 * RIM + (CAPTION if captioned else 0)


def draw(face: Face, image: QImage | None, look: Look) -> QPixmap:
    """The card, rendered once and then only copied to the screen: it is opaque, so that no pixels are blended."""
    width, tall = look.side + 2 * RIM, height(look.side, look.captioned)
    card = QImage(round(width * look.ratio), round(tall * look.ratio), QImage.Format.Format_RGB32)
    card.setDevicePixelRatio(look.ratio)
    card.fill(_role(QPalette.ColorRole.Base))
    with QPainter(card) as painter:
        _paint(painter, face, image, look)
    return QPixmap.fromImage(card)


def _paint(painter: QPainter, face: Face, image: QImage | None, look: Look) -> None:
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    _paint_frame(painter, look)
    picture = QRectF(RIM, RIM, look.side, look.side)
    _paint_picture(painter, picture, image, face, look)
    if face.rejected:
        _paint_cross(painter, picture)
    if look.opened_by:
        _paint_label(painter, picture, tr("opened by {model}", model=look.opened_by))
    if look.branch:
        _paint_branch(painter, picture)
    if look.captioned:
        _paint_caption(painter, QRectF(RIM, picture.bottom(), look.side, CAPTION), face)


def _role(role: QPalette.ColorRole) -> QColor:
    return QGuiApplication.palette().color(role)


def _pen(colour: str, width: float) -> QPen:
    return QPen(QColor(COLOURS[colour]), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)


def _paint_frame(painter: QPainter, look: Look) -> None:
    if not look.marked:
        return
    accent = _role(QPalette.ColorRole.Highlight)
    back = QColor(accent)
    back.setAlphaF(0.16)
    painter.setPen(QPen(accent, 2))
    painter.setBrush(back)
    size = QRectF(0, 0, look.side + 2 * RIM, height(look.side, look.captioned))
    painter.drawRoundedRect(size.adjusted(1, 1, -1, -1), _CORNER, _CORNER)


def _paint_picture(painter: QPainter, at: QRectF, image: QImage | None, face: Face, look: Look) -> None:
    if image is None:
        return painter.fillRect(at, _role(QPalette.ColorRole.Button))
    pixels = round(look.side * look.ratio)
    mode = Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(pixels, pixels, Qt.AspectRatioMode.KeepAspectRatio, mode)
    size = QRectF(0, 0, scaled.width() / look.ratio, scaled.height() / look.ratio)
    size.moveCenter(at.center())
    painter.setOpacity(DIM if face.rejected or face.place is Place.DELETED else 1.0)
    painter.drawImage(size, scaled)
    painter.setOpacity(1.0)


def _paint_cross(painter: QPainter, at: QRectF) -> None:
    """An X in the upper right corner of a rejected face."""
    centre, arm = at.topRight() + QPointF(-14, 14), 5.0
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_role(QPalette.ColorRole.Window))
    painter.drawEllipse(centre, 10.0, 10.0)
    painter.setPen(_pen("alarm", 2.4))
    painter.drawLine(centre - QPointF(arm, arm), centre + QPointF(arm, arm))
    painter.drawLine(centre - QPointF(arm, -arm), centre + QPointF(arm, -arm))


def _paint_label(painter: QPainter, at: QRectF, text: str) -> None:
    """A line over the lower edge of the picture."""
    metrics = painter.fontMetrics()
    band = QRectF(at.left(), at.bottom() - metrics.height() - 4, at.width(), metrics.height() + 4)
    back = _role(QPalette.ColorRole.Window)
    back.setAlphaF(0.85)
    painter.fillRect(band, back)
    painter.setPen(_role(QPalette.ColorRole.WindowText))
    _write(painter, band.adjusted(4, 0, -4, 0), text, Qt.AlignmentFlag.AlignCenter)


def _paint_branch(painter: QPainter, at: QRectF) -> None:
    """A small fork in the upper left corner."""
    back = QRectF(at.left() + 4, at.top() + 4, 18, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_role(QPalette.ColorRole.Window))
    painter.drawRoundedRect(back, _CORNER, _CORNER)
    painter.setPen(_pen("warning", 1.6))
    left, top = back.left(), back.top()
    painter.drawLine(QPointF(left + 6, top + 4), QPointF(left + 6, top + 14))
    painter.drawLine(QPointF(left + 6, top + 11), QPointF(left + 12, top + 5))


def _paint_caption(painter: QPainter, at: QRectF, face: Face) -> None:
    """The name, and below it the stars."""
    painter.setPen(_role(QPalette.ColorRole.Text if face.name else QPalette.ColorRole.PlaceholderText))
    line = QRectF(at.left() + 2, at.top() + 1, at.width() - 4, painter.fontMetrics().height() + 1)
    _write(painter, line, title(face), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(COLOURS["warning"]))
    for star in range(face.stars):
        painter.drawPolygon(_star(QPointF(at.left() + 8 + star * _STAR_STEP, at.bottom() - _STAR - 3)))


def _write(painter: QPainter, at: QRectF, text: str, where: Qt.AlignmentFlag) -> None:
    metrics: QFontMetrics = painter.fontMetrics()
    painter.drawText(at, where, metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(at.width())))


def _star(centre: QPointF) -> QPolygonF:
    points = [(_STAR * (1.0 if corner % 2 == 0 else 0.42), corner * pi / 5) for corner in range(10)]
    return QPolygonF([centre + QPointF(radius * sin(angle), -radius * cos(angle)) for radius, angle in points])
