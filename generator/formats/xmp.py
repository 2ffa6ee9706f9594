"""XMP packets: our properties and the mark of a synthetic image as RDF, and Extended XMP where JPEG needs it.

Adobe, "XMP Specification" parts 1 to 3. Packets come from strangers: a document type, and with it every
entity, is refused before anything is parsed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape

from generator.errors import RecipeError
from generator.formats.image_chunks import MAX_SEGMENT

OURS = "urn:outis:1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NOTE = "http://ns.adobe.com/xmp/note/"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
MAX_ELEMENTS = 100_000  # of a packet; the history of an edited image has some thousands
MAX_PACKET = 17_000_000  # bytes: the longest recipe that is read, and the rest of the packet
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
TIFF = "http://ns.adobe.com/tiff/1.0/"
SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "Iptc4xmpExt": IPTC,
        "xmpNote": NOTE,
        "photoshop": PHOTOSHOP,
        "tiff": TIFF,
        "outis": OURS,
    }.items()
)
_STANDARD = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_EXTENSION_HEADER = len(_EXTENSION) + 32 + 4 + 4  # name, digest, whole length, offset of this part

_MARK = f"""<xmp:CreatorTool>Outis</xmp:CreatorTool>
<Iptc4xmpExt:DigitalSourceType>{SYNTHETIC}</Iptc4xmpExt:DigitalSourceType>"""


def packet(properties: Mapping[str, str], history: str = "", dpi: float | None = None) -> bytes:
    """A packet that marks the image as synthetic and holds `properties` in our namespace.

    history: what was done to the picture. dpi: of formats that have no other place for it.
    """
    return _rdf("\n".join((_MARK, *_for_others(history, dpi), _elements(properties))))


def _for_others(history: str, dpi: float | None) -> Iterator[str]:
    """Properties that other programs show: part 2 of the specification, photoshop and tiff."""
    if history:
        yield f"<photoshop:History>{escape(history)}</photoshop:History>"
    if dpi is not None:
        yield "<tiff:ResolutionUnit>2</tiff:ResolutionUnit>"
        yield from (f"<tiff:{side}Resolution>{round(100 * dpi)}/100</tiff:{side}Resolution>" for side in "XY")


def jpeg_payloads(properties: Mapping[str, str], history: str = "") -> list[bytes]:
    """The APP1 payloads of `packet(properties)`: one, or several as Extended XMP where 64 KB do not hold it."""
    whole = packet(properties, history)
    if len(_STANDARD) + len(whole) <= MAX_SEGMENT:
        return [_STANDARD + whole]
    extension = _rdf(_elements(properties))
    digest = hashlib.md5(extension, usedforsecurity=False).hexdigest().upper()
    pointer = f"<xmpNote:HasExtendedXMP>{digest}</xmpNote:HasExtendedXMP>"  # no attributes: ExifTool looks for this
    main = _rdf("\n".join((_MARK, *_for_others(history, None), pointer)))
    return [_STANDARD + main, *_parts(extension, digest)]


def history_of(xmp: bytes) -> str:
    """What was done to the picture, as `packet` says it; "" = nothing is known. Raises `RecipeError`."""
    return _read(xmp, PHOTOSHOP).get("History", "")


def properties_of(xmp: bytes) -> dict[str, str]:
    """The properties of our namespace in a packet, by name. Raises `RecipeError`."""
    return _read(xmp, OURS)


def is_synthetic(xmp: bytes) -> bool:
    """Whether a packet marks its picture as made by a trained model, as `packet` does. Raises `RecipeError`."""
    return _read(xmp, IPTC).get("DigitalSourceType", "").strip() == SYNTHETIC


def standard_packet(payloads: Iterable[bytes]) -> bytes | None:
    """The main packet among the APP1 payloads of a JPEG file; None where there is none."""
    return next((payload[len(_STANDARD) :] for payload in payloads if payload.startswith(_STANDARD)), None)


def properties_of_payloads(payloads: Iterable[bytes]) -> dict[str, str]:
    """The properties of our namespace in the APP1 payloads of a JPEG file. Raises `RecipeError`."""
    payloads = _bounded(payload for payload in payloads if payload.startswith((_STANDARD, _EXTENSION)))
    standard = standard_packet(payloads)
    if standard is None:
        return {}
    digest = _read(standard, NOTE).get("HasExtendedXMP")
    extended = {} if digest is None else properties_of(_joined(payloads, digest))
    return properties_of(standard) | extended


def _bounded(payloads: Iterable[bytes]) -> list[bytes]:
    """The payloads in memory, unless there are more bytes than a packet and its extension have."""
    found, left = [], 2 * MAX_PACKET
    for payload in payloads:
        found.append(payload)
        left -= len(payload)
        if left < 0:
            raise RecipeError(f"The XMP of the image has more than {2 * MAX_PACKET} bytes; no recipe needs that many.")
    return found


def _elements(properties: Mapping[str, str]) -> str:
    elements = (f"<outis:{name}>{escape(value)}</outis:{name}>" for name, value in properties.items())
    return "\n".join(elements)


def _rdf(elements: str) -> bytes:
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="{RDF}">
<rdf:Description rdf:about="" {_NAMESPACES}>
{elements}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>""".encode()


def _parts(extension: bytes, digest: str) -> list[bytes]:
    step = MAX_SEGMENT - _EXTENSION_HEADER
    head = _EXTENSION + digest.encode() + len(extension).to_bytes(4)
    return [head + place.to_bytes(4) + extension[place : place + step] for place in range(0, len(extension), step)]


def _joined(payloads: list[bytes], digest: str) -> bytes:
    """The extension that `digest` names, put together from its parts in any order."""
    head = _EXTENSION + digest.encode()
    parts = sorted((part[len(head) + 4 :] for part in payloads if part.startswith(head)), key=lambda part: part[:4])
    extension = b"".join(part[4:] for part in parts)
    if hashlib.md5(extension, usedforsecurity=False).hexdigest().upper() != digest.upper():
        raise RecipeError("The recipe in the JPEG file is damaged: a part of its extended XMP is missing or changed.")
    return extension


def _read(xmp: bytes, namespace: str) -> dict[str, str]:
    """Simple properties of `namespace` by name, whether written as elements or as attributes."""
    if len(xmp) > MAX_PACKET:
        raise RecipeError(f"The XMP of the image has {len(xmp)} bytes; no recipe needs more than {MAX_PACKET}.")
    reader = _PropertyReader(namespace + " ")
    try:
        reader.parser.Parse(xmp.strip(b"\0 \r\n\t"), True)
    except expat.ExpatError as error:
        raise RecipeError("The XMP of the image is damaged: it is not well-formed XML.") from error
    return {name: "".join(texts) for name, texts in reader.found.items()}


class _PropertyReader:
    """Keeps the properties of one namespace while expat reads on: no tree, so memory follows the recipe alone."""

    def __init__(self, prefix: str) -> None:
        self.found: dict[str, list[str]] = {}
        self.parser = expat.ParserCreate("utf-8", " ")  # whatever encoding the packet declares
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._prefix = prefix
        self._current: list[str] = []
        self._left = MAX_ELEMENTS

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._left -= 1 + len(attributes)
        if self._left < 0:
            raise RecipeError(f"The XMP of the image has more than {MAX_ELEMENTS} elements; no recipe needs that many.")
        for name, value in attributes.items():
            if name.startswith(self._prefix):
                self.found[name.removeprefix(self._prefix)] = [value]
        self._current = []
        if tag.startswith(self._prefix):
            self.found[tag.removeprefix(self._prefix)] = self._current

    def _text(self, text: str) -> None:
        self._current.append(text)

    def _end(self, tag: str) -> None:
        self._current = []

    def _refuse(self, *_: object) -> None:
        raise RecipeError("The XMP of the image declares a document type, which XMP never does.")
