"""The structure tree of a file (ISO 32000-1, 14.7): which content is a paragraph, which a figure, and in what order.

Labels stand in the ground and values in the content of a page; both name their element's place in the template, so
that a label is read before its value.
"""

from __future__ import annotations

from functools import lru_cache

from printing.assembly.syntax import text_string
from printing.marks import Part

#: The seal is read last, after the organ and the date it stands on.
SEAL_PART = Part(1_000_000, "Figure")
CODE_WORDS = text_string("核验码")
Page = tuple[int, tuple[Part, ...]]


@lru_cache(maxsize=256)
def structure(
    first: int, pages: tuple[Page, ...], field: tuple[int, int] | None, owner: str
) -> tuple[bytes, ...]:
    """Return the objects from number ``first`` on; the last one is the root of the tree.

    ``pages`` has for each page its object number and the parts of its marked content in order; ``field`` the numbers
    of the page and the widget of the signature. Documents of one template and one owner mostly have the same tree.
    """
    bodies: list[bytes] = []
    parents: list[bytes] = []
    total = sum(len(set(parts)) for _, parts in pages) + (field is not None)
    document, root = first + total, first + total + 1
    for at, (page, parts) in enumerate(pages):
        numbers = {}
        for part in sorted(set(parts), key=_order):
            numbers[part] = first + len(bodies)
            bodies.append(_element(document, page, part, parts, owner))
        kids = b" ".join([b"%d 0 R" % numbers[part] for part in parts])
        parents.append(b"%d [%b]" % (at, kids))
    if field is not None:
        parents.append(b"%d %d 0 R" % (len(pages), first + len(bodies)))
        bodies.append(
            b"<</S /Form /P %d 0 R /Pg %d 0 R /K <</Type /OBJR /Obj %d 0 R>>>>" % (document, *field)
        )
    kids = b" ".join([b"%d 0 R" % number for number in range(first, document)])
    bodies.append(b"<</S /Document /P %d 0 R /K [%b]>>" % (root, kids))
    bodies.append(
        b"<</Type /StructTreeRoot /K %d 0 R /ParentTree <</Nums [%b]>> /ParentTreeNextKey %d>>"
        % (document, b" ".join(parents), len(pages) + 1)
    )
    return tuple(bodies)


def _element(document: int, page: int, part: Part, parts: tuple[Part, ...], owner: str) -> bytes:
    """Return the element of one part, with the numbers of all its marked content on the page."""
    contents = b" ".join([b"%d" % at for at, each in enumerate(parts) if each is part])
    words = b""
    if part.role == "Figure":
        said = text_string(f"印章：{owner}") if part is SEAL_PART else CODE_WORDS
        words = b" /Alt " + said
    return b"<</S /%b /P %d 0 R /Pg %d 0 R /K [%b]%b>>" % (
        part.role.encode(), document, page, contents, words,
    )  # fmt: skip


def _order(part: Part) -> int:
    return part.order
