"""From a sheet of marks to the bytes of a PDF with an empty signature field."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from printing.assembly.base import (
    EMPTY_FORM,
    INTENT,
    MULTIPLY,
    Base,
    base,
    letters_of,
    seal_content,
)
from printing.assembly.content import Tags, operators
from printing.assembly.ink import ink_mask, picture_form, red_under
from printing.assembly.metadata import PRODUCER, About, packet
from printing.assembly.signature import FieldPlace, settle_range, value, widget
from printing.assembly.structure import SEAL_PART, structure
from printing.assembly.subset import Lettering
from printing.assembly.syntax import (
    EACH_TIME,
    ONCE,
    date_string,
    numbers,
    plain_stream,
    stream,
    text_string,
)
from printing.documents import PreparedPdf
from printing.marks import Part, Seal, Sheet, Stamp


@dataclass(frozen=True)
class Order:
    """What is to be written: the pages, what the file says of itself, who seals, and the shift of the paper."""

    sheet: Sheet
    about: About
    owner: str
    shift: tuple[float, float]


@dataclass
class Body:
    """The objects that follow the shared part. Numbers are handed out first, bodies are filled in any order."""

    base: Base
    bodies: list[bytes] = field(default_factory=list)

    def next_number(self) -> int:
        """Return the number the next object will get."""
        return len(self.base.offsets) + len(self.bodies) + 1

    def extend(self, bodies: Iterable[bytes]) -> None:
        """Add objects that know their numbers already."""
        self.bodies += bodies

    def reserve(self) -> int:
        """Return the number of a new object."""
        self.bodies.append(b"")
        return len(self.base.offsets) + len(self.bodies)

    def fill(self, number: int, body: bytes) -> None:
        """Give a reserved object its body."""
        self.bodies[number - len(self.base.offsets) - 1] = body

    def add(self, body: bytes) -> int:
        """Return the number of a new object with this body."""
        number = self.reserve()
        self.fill(number, body)
        return number


def assemble(order: Order) -> PreparedPdf:
    """Return the file. The same order gives the same bytes."""
    pages = order.sheet.pages
    stamp = next((page.stamp for page in pages if page.stamp), None)
    grounds = tuple(dict.fromkeys(page.ground for page in pages))
    body = Body(base(grounds, letters_of(stamp.seal) if stamp else ()))
    places = Places(
        body.reserve(),
        body.reserve(),
        tuple(body.reserve() for _ in pages),
        body.reserve() if stamp else 0,
        body.reserve() if stamp else 0,
    )
    parts = _fill_pages(order, body, places, stamp)
    form = _add_field(order, body, places, stamp) if stamp else b""
    form += _add_structure(order, body, places, parts)
    metadata = body.add(plain_stream(packet(order.about), b"/Type /Metadata /Subtype /XML"))
    body.fill(places.catalog, _catalog(order.about, places.tree, metadata, form))
    return _finish(order, body, places)


@dataclass(frozen=True)
class Places:
    """Object numbers that others refer to; ``widget`` and ``signature`` are 0 where nothing is sealed."""

    catalog: int
    tree: int
    pages: tuple[int, ...]
    widget: int
    signature: int


def _fill_pages(
    order: Order, body: Body, places: Places, stamp: Stamp | None
) -> list[tuple[Part, ...]]:
    """Add the pages, and return the parts of each in the order of its marked content."""
    sheet, letters = order.sheet, Lettering("F")
    contents, parts = [], []
    for page in sheet.pages:
        ground = body.base.parts[page.ground]
        tags = Tags(len(ground))
        drawn = operators(page.values, letters, tags) + _stamp_operators(page.stamp, tags)
        contents.append(body.add(stream(drawn)))
        parts.append((*ground, *tags.parts))
    resources = body.add(_resources(body, letters, stamp))
    x, y = order.shift
    box = numbers(-x, -y, sheet.width - x, sheet.height - y).encode()
    for at, (number, page, content) in enumerate(
        zip(places.pages, sheet.pages, contents, strict=True)
    ):
        annotations = b" /Annots [%d 0 R] /Tabs /S" % places.widget if page.stamp else b""
        body.fill(
            number,
            b"<</Type /Page /Parent %d 0 R /MediaBox [%b] /Resources %d 0 R /Contents [%d 0 R %d 0 R]"
            b" /StructParents %d%b>>"
            % (
                places.tree, box, resources, body.base.contents[page.ground], content, at,
                annotations,
            ),
        )  # fmt: skip
    kids = b" ".join(b"%d 0 R" % number for number in places.pages)
    body.fill(places.tree, b"<</Type /Pages /Kids [%b] /Count %d>>" % (kids, len(places.pages)))
    return parts


def _stamp_operators(stamp: Stamp | None, tags: Tags) -> bytes:
    if stamp is None:
        return b""
    tags.current = SEAL_PART
    place = numbers(stamp.x, stamp.y)
    return f"{tags.begin()}\nq /Multiply gs 1 0 0 1 {place} cm /Seal Do Q\nEMC\n".encode()


def _add_structure(
    order: Order, body: Body, places: Places, parts: list[tuple[Part, ...]]
) -> bytes:
    """Add what a reader needs to read the pages aloud, and return the catalog's entries for it."""
    signed = next((at for at, page in enumerate(order.sheet.pages) if page.stamp), None)
    field = None if signed is None else (places.pages[signed], places.widget)
    pages = tuple(zip(places.pages, parts, strict=True))
    body.extend(structure(body.next_number(), pages, field, order.owner))
    root = body.next_number() - 1
    return b" /MarkInfo <</Marked true>> /StructTreeRoot %d 0 R" % root


def _resources(body: Body, letters: Lettering, stamp: Stamp | None) -> bytes:
    """Add fonts and seal, and return the resource dictionary that all pages share."""
    bodies, names = letters.objects(body.next_number(), level=EACH_TIME)
    body.extend(bodies)
    fonts = _references({**body.base.fonts, **names})
    if stamp is None:
        return b"<</Font <<%b>>>>" % fonts
    seal = body.add(_seal_of(stamp.seal, body))
    return b"<</Font <<%b>> /ExtGState <</Multiply %d 0 R>> /XObject <</Seal %d 0 R>>>>" % (
        fonts,
        MULTIPLY,
        seal,
    )


def _seal_of(seal: Seal, body: Body) -> bytes:
    """Return the form of a seal; the picture of an imported one becomes two objects of its own."""
    if seal.ink is None:
        return _seal_form(seal, _references(body.base.seal_fonts))
    mask = body.add(ink_mask(seal.ink))
    return picture_form(seal.radius, body.add(red_under(seal.ink, mask)))


def _references(names: dict[str, int]) -> bytes:
    return b" ".join(b"/%b %d 0 R" % (name.encode(), number) for name, number in names.items())


@lru_cache(maxsize=64)
def _seal_form(seal: Seal, fonts: bytes) -> bytes:
    r = seal.radius
    entries = b"/Type /XObject /Subtype /Form /BBox [%b] /Resources <</Font <<%b>>>>" % (
        numbers(-r, -r, r, r).encode(), fonts,
    )  # fmt: skip
    return stream(seal_content(seal), entries, level=ONCE)


def _add_field(order: Order, body: Body, places: Places, stamp: Stamp) -> bytes:
    """Add field and empty signature, and return the catalog's entries for them."""
    page = next(
        number for number, each in zip(places.pages, order.sheet.pages, strict=True) if each.stamp
    )
    body.fill(places.signature, value(order.owner, order.about.made_at))
    r = stamp.seal.radius
    rectangle = (stamp.x - r, stamp.y - r, stamp.x + r, stamp.y + r)
    parent = len(places.pages)
    place = FieldPlace(places.widget, places.signature, page, EMPTY_FORM, parent, rectangle)
    body.fill(places.widget, widget(place, order.owner))
    return b" /AcroForm <</Fields [%d 0 R] /SigFlags 3>> /Perms <</DocMDP %d 0 R>>" % (
        places.widget,
        places.signature,
    )


def _catalog(about: About, tree: int, metadata: int, form: bytes) -> bytes:
    return (
        b"<</Type /Catalog /Pages %d 0 R /Metadata %d 0 R /OutputIntents [%d 0 R] /Lang (%b)"
        b" /ViewerPreferences <</DisplayDocTitle true>>%b>>"
        % (tree, metadata, INTENT, about.language.encode(), form)
    )


def _info(about: About) -> bytes:
    moment = date_string(about.made_at)
    return b"<</Title %b /Producer (%b) /CreationDate %b /ModDate %b>>" % (
        text_string(about.title), PRODUCER.encode(), moment, moment,
    )  # fmt: skip


def _finish(order: Order, body: Body, places: Places) -> PreparedPdf:
    info = body.add(_info(order.about))
    data, offsets = bytearray(body.base.data), list(body.base.offsets)
    for number, each in enumerate(body.bodies, start=len(offsets) + 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    identity = order.about.digest[:32].upper().encode()
    data += (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d /Root %d 0 R /Info %d 0 R /ID [<%b> <%b>]>>\n"
        b"startxref\n%d\n%%%%EOF\n"
        % (
            len(offsets) + 1, table, len(offsets) + 1, places.catalog, info, identity, identity,
            len(data),
        )
    )  # fmt: skip
    gap = settle_range(data, offsets[places.signature - 1]) if places.widget else (0, 0)
    final = bytes(data)
    return PreparedPdf(final, gap, hashlib.sha256(final).hexdigest())
