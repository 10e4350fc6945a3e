"""Bytes from the network, by Python's own HTTP. The library has none."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Optional, Sequence

from ._calls import Progress
from ._errors import CorruptError, InputOutputError, InvalidArgumentError, NotFoundError

_TIMEOUT_S = 30
_BLOCK_BYTES = 1 << 16
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


def _check(address: str) -> str:
    parts = urllib.parse.urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_MACHINE):
        return address
    raise InvalidArgumentError(
        f"{address}: is no https address; models are fetched by HTTPS, or by HTTP from this machine"
    )


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str) -> Any:
        return super().redirect_request(req, fp, code, msg, headers, _check(newurl))


def download(addresses: Sequence[str], size: int, progress: Optional[Progress]) -> bytes:
    """The `size` bytes of the first address that has them.

    Errors: NotFoundError (404), InputOutputError (network), CorruptError (another number of bytes),
    InvalidArgumentError (neither HTTPS nor this machine).
    """
    opener = urllib.request.build_opener(_SafeRedirects)
    failure: Exception = InvalidArgumentError("there is no address to fetch from")
    for address in addresses:
        try:
            return _fetch(opener, _check(address), size, progress)
        except urllib.error.HTTPError as error:
            kind = NotFoundError if error.code == 404 else InputOutputError
            failure = kind(f"{address}: the server answers {error.code} {error.reason}")
        except (urllib.error.URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            failure = InputOutputError(
                f"{address}: cannot be fetched ({reason}); check the connection, or fetch it another "
                "way and give its path"
            )
        except CorruptError as error:
            failure = error
    raise failure


def _fetch(opener: Any, address: str, size: int, progress: Optional[Progress]) -> bytes:
    content = bytearray()
    with opener.open(address, timeout=_TIMEOUT_S) as answer:
        while len(content) <= size:
            block = answer.read(_BLOCK_BYTES)
            if not block:
                break
            content += block
            if progress is not None and len(content) <= size:
                progress(len(content), size)
    if len(content) != size:
        more = "more than " if len(content) > size else f"{len(content)} instead of "
        raise CorruptError(f"{address}: has {more}{size} bytes")
    return bytes(content)
