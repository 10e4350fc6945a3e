"""The version of the package whose interface this is; that of the network's runtime is
`deepfilter.version()`."""

from __future__ import annotations

version = "0.5.6"
