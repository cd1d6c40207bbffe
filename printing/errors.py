"""What can go wrong with paper before it is drawn. Other modules of this package derive theirs from the root."""

from __future__ import annotations


class PrintingError(Exception):
    """Root of every refusal of this package. ``code`` is stable and kebab-case."""

    code = "printing-error"


class UnknownTemplate(PrintingError):
    """No template of that name is shipped."""

    code = "unknown-template"

    def __init__(self, template: str) -> None:
        super().__init__(f"no template named {template!r}")
        self.template = template


class TemplateInvalid(PrintingError):
    """A template file breaks its schema; ``faults`` lists every fault with line and path."""

    code = "template-invalid"

    def __init__(self, template: str, faults: tuple[str, ...]) -> None:
        super().__init__(f"template {template!r}: " + "; ".join(faults))
        self.template, self.faults = template, faults


class FieldMissing(PrintingError):
    """The template needs values that the document does not give; no paper without them."""

    code = "field-missing"

    def __init__(self, template: str, fields: tuple[str, ...]) -> None:
        super().__init__(f"template {template!r} needs {', '.join(fields)}")
        self.template, self.fields = template, fields


class PlaceMissing(PrintingError):
    """The document has a seal or a code, and the template no place for it; it would be left out silently."""

    code = "place-missing"

    def __init__(self, template: str, what: str) -> None:
        super().__init__(f"template {template!r} has no place for a {what}")
        self.template, self.what = template, what


class LayoutError(PrintingError):
    """A text does not fit its box even at the smallest permitted size (all measures in millimetres and points)."""

    code = "layout-overflow"

    def __init__(
        self,
        field: str,
        *,
        needs_mm: tuple[float, float],
        has_mm: tuple[float, float],
        size_pt: float,
    ) -> None:
        super().__init__(
            f"{field!r} needs {needs_mm[0]:.1f} × {needs_mm[1]:.1f} mm at {size_pt:g} pt,"
            f" its box has {has_mm[0]:.1f} × {has_mm[1]:.1f} mm"
        )
        self.field, self.needs_mm, self.has_mm, self.size_pt = field, needs_mm, has_mm, size_pt


class GlyphMissing(PrintingError):
    """No font on hand can draw this character; an empty box is never printed."""

    code = "glyph-missing"

    def __init__(self, character: str, field: str) -> None:
        super().__init__(f"no glyph for {character!r} (U+{ord(character):04X}) in {field!r}")
        self.character, self.field = character, field
