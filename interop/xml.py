"""Reading XML of strangers: no entity, no DTD, nothing from outside, whatever the encoding."""

from __future__ import annotations

from lxml import etree

# Marks of the order of bytes, and white space, before the declaration.
_BEFORE = b"\xef\xbb\xbf \r\n\t"


class NotXml(ValueError):
    """The reader stopped."""


class WithDtd(ValueError):
    """A DTD may write anything under another name."""


def parse(content: bytes, *, keeps_blanks: bool = True) -> etree._Element:
    """The root, without comments and instructions. Raises NotXml, or WithDtd."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=not keeps_blanks,
    )
    try:
        root: etree._Element = etree.fromstring(content.strip(_BEFORE), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise NotXml(str(error)) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise WithDtd
    return root
