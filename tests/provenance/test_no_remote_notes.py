"""A file that names an address for its credentials makes this computer ask nobody."""

from __future__ import annotations

import io
import socket
import threading

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from course_utils.provenance.content_credentials import library, read_credentials


@pytest.fixture
def listening():
    """An address of this computer, and what asked there."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def answer() -> None:
            while not ended.is_set():
                try:
                    caller, _ = server.accept()
                except TimeoutError:
                    continue
                with caller:
                    caller.settimeout(2)
                    asked.append(caller.recv(2000))
                    caller.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/notes.c2pa", asked
        ended.set()
        thread.join()


def picture_that_names(address: str) -> bytes:
    notes, out = PngInfo(), io.BytesIO()
    notes.add_itxt(
        "XML:com.adobe.xmp",
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description'
        f' rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{address}"/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>',
    )
    Image.new("RGB", (32, 32), "red").save(out, "PNG", pnginfo=notes)
    return out.getvalue()


def test_credentials_elsewhere_are_not_fetched(listening):
    address, asked = listening
    assert read_credentials(picture_that_names(address), ".png").state == "none"
    assert asked == []


def test_the_library_by_itself_would_fetch_them(listening):
    address, asked = listening
    c2pa = library()
    with pytest.raises(c2pa.C2paError):
        c2pa.Reader("image/png", io.BytesIO(picture_that_names(address)))
    assert asked  # else this test shows nothing
