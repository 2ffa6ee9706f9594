"""The theme of the program: a dark palette with one accent colour, and the style sheet that uses it.

Colours are defined only here. Widgets that paint themselves ask the palette for a role: `Highlight` is the accent,
`Mid` a groove, `Shadow` the area around the image, `PlaceholderText` quiet text.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QProxyStyle, QSpinBox, QStyleOption, QWidget

import resources

_FOLDER = resources.FOLDER
_SPIN_PADDING = 4  # px

COLOURS = {
    "stage": "#131416",  # around the image: darker than any control, neutral grey
    "window": "#1b1d21",
    "panel": "#22252a",
    "field": "#181a1d",
    "raised": "#2a2e34",  # menus, tooltips
    "control": "#30343b",
    "hover": "#3a3f47",
    "line": "#3a3e46",
    "edge": "#565c66",
    "text": "#e7e9ec",
    "muted": "#abb1bb",
    "faint": "#747b87",  # disabled
    "accent": "#6db3f2",
    "on-accent": "#0f1419",
    "warning": "#e8b45c",
    "alarm": "#ff7b72",
    "alarm-deep": "#5c2426",
}

_ROLES = {
    QPalette.ColorRole.Window: "panel",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "field",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.Button: "control",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "text",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "on-accent",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.Light: "hover",
    QPalette.ColorRole.Midlight: "control",
    QPalette.ColorRole.Mid: "edge",
    QPalette.ColorRole.Dark: "line",
    QPalette.ColorRole.Shadow: "stage",
}
_DISABLED = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
    QPalette.ColorRole.Highlight,
)


def apply(application: QApplication) -> None:
    """Apply the theme to the whole application. Call it once, before the first window."""
    application.setStyle(_Style("Fusion"))
    application.setPalette(_palette())
    application.setStyleSheet(_style_sheet())


class _Style(QProxyStyle):
    """Fusion with darker disabled icons: on a dark background its own are nearly as bright as the enabled ones."""

    def generatedIconPixmap(self, mode: QIcon.Mode, pixmap: QPixmap | QImage, option: QStyleOption) -> QPixmap:
        if mode != QIcon.Mode.Disabled:
            return super().generatedIconPixmap(mode, pixmap, option)
        faint = QPixmap(pixmap)
        painter = QPainter(faint)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(faint.rect(), QColor(COLOURS["faint"]))
        painter.end()
        return faint


def icon(name: str) -> QIcon:
    """One of our icons, painted at the screen's resolution."""
    path = _FOLDER / "icons" / f"{name}.svg"
    assert path.exists(), name
    return QIcon(str(path))


def pad_spin_boxes(root: QWidget) -> None:
    """Align the numbers of spin boxes inside `root` with other entries: a style sheet cannot pad them."""
    for box in root.findChildren(QSpinBox):
        box.lineEdit().setTextMargins(_SPIN_PADDING, 0, 0, 0)


def _palette() -> QPalette:
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(COLOURS[name]))
    for role in _DISABLED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(COLOURS["faint"]))
    return palette


def _style_sheet() -> str:
    text = (_FOLDER / "style.qss").read_text(encoding="utf-8")
    for name in sorted(COLOURS, key=len, reverse=True):  # "@alarm-deep" before "@alarm"
        text = text.replace(f"@{name}", COLOURS[name])
    return text.replace("@icons", (_FOLDER / "icons").as_posix())
