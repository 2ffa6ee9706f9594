"""The spacing and layouts of panels, which they share with dialogs: see `explorer.widgets.layout`."""

from explorer.widgets.layout import SPACING, beside, button, column, labelled, name, row

__all__ = ["SPACING", "beside", "button", "column", "labelled", "name", "row"]
