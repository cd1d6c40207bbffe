"""What the file says of itself: XMP for archives and readers, and the digests that tie it to its inputs.

Only properties of the standard schemas are used, so that a PDF/A checker needs no description of others: the
digests stand in dc:relation, each as ``name:value``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape

PRODUCER = "chuanyu-kiosk printing"

HEAD = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance><dc:format>application/pdf</dc:format>
"""
TAIL = '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'


@dataclass(frozen=True)
class About:
    """Title, language and moment of a file, its public identifier, its own digest and those of its inputs."""

    title: str
    language: str
    made_at: datetime
    identifier: str
    digest: str
    relations: tuple[str, ...]


def packet(about: About) -> bytes:
    """Return the XMP packet."""
    moment = about.made_at.isoformat(timespec="seconds")
    relations = "".join(f"<rdf:li>{escape(each)}</rdf:li>\n" for each in about.relations)
    identifier = escape(about.identifier)
    return (
        f'{HEAD}<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.title)}</rdf:li></rdf:Alt></dc:title>\n'
        f"<dc:language><rdf:Bag><rdf:li>{escape(about.language)}</rdf:li></rdf:Bag></dc:language>\n"
        f"<dc:identifier>{identifier}</dc:identifier>\n<dc:relation><rdf:Bag>{relations}</rdf:Bag></dc:relation>\n"
        f"<pdf:Producer>{PRODUCER}</pdf:Producer>\n"
        f"<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>{TAIL}"
    ).encode()
