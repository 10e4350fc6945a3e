"""Where a corpus is: a folder of this machine, or what fsspec opens (s3://, gs://, memory://, ...)."""

from __future__ import annotations

import os
import shutil
from typing import Any, BinaryIO, Dict, Iterator, List, NamedTuple, Optional, Tuple, cast

from .._errors import InvalidArgumentError, NotFoundError

# Stores where a write is one request: an object is there whole, or not at all.
_OBJECT_STORES = frozenset("s3 s3a gs gcs abfs abfss az adl oss oci r2 cos hf".split())


class Source(NamedTuple):
    """A file of a corpus and what tells whether it has changed."""

    path: str  # relative, with "/"
    bytes: int
    mtime_ns: int  # 0: not known
    tag: Optional[str] = None  # the store's own mark of the content

    def facts(self) -> Dict[str, Any]:
        """As a manifest has it."""
        facts: Dict[str, Any] = {"bytes": self.bytes, "mtime_ns": self.mtime_ns}
        if self.tag is not None:
            facts["tag"] = self.tag
        return facts


class Place:
    """A folder of either kind. Paths are relative to it, with "/". It can be pickled."""

    def __init__(self, address: str, storage_options: Optional[Dict[str, Any]] = None) -> None:
        self.address = address
        self._options = dict(storage_options or {})
        self._fs: Any = None
        self.is_local = "://" not in address or address.startswith(("file://", "local://"))
        if self.is_local:
            self.root = os.path.abspath(address.split("://", 1)[-1])
            return
        try:
            import fsspec
        except ImportError:
            raise NotFoundError(
                f"{address}: this address needs the package fsspec, which is not here; "
                'install it with "pip install fsspec" and the package of its store, such as s3fs'
            ) from None
        try:
            self._fs, root = fsspec.core.url_to_fs(address, **self._options)
        except (ImportError, ValueError) as error:
            raise InvalidArgumentError(f"{address}: fsspec cannot open it: {error}") from None
        self.root = str(root).rstrip("/")

    def __reduce__(self) -> Tuple[Any, ...]:
        return Place, (self.root if self.is_local else self.address, self._options)

    @property
    def is_shared(self) -> bool:
        """Whether another process finds the same files there."""
        return self.is_local or self.address.split("://")[0] != "memory"

    def full(self, path: str) -> str:
        """The path as the system or fsspec takes it."""
        return os.path.join(self.root, *path.split("/")) if self.is_local else f"{self.root}/{path}"

    def shown(self, path: str) -> str:
        """The path as messages have it."""
        return self.full(path) if self.is_local else f"{self.address.rstrip('/')}/{path}"

    def files(self, left_out: Optional[Place] = None) -> Iterator[Source]:
        """All files in it and below, but hidden ones and those in `left_out`."""
        return self._walk(left_out) if self.is_local else self._find(left_out)

    def _walk(self, left_out: Optional[Place]) -> Iterator[Source]:
        if not os.path.isdir(self.root):
            raise NotFoundError(f"{self.root}: no such folder")
        skipped = os.path.realpath(left_out.root) if left_out and left_out.is_local else None
        for folder, below, names in os.walk(self.root):
            below[:] = sorted(
                name
                for name in below
                if name[0] != "." and os.path.realpath(os.path.join(folder, name)) != skipped
            )
            for name in sorted(names):
                path = os.path.join(folder, name)
                if name[0] != "." and os.path.isfile(path):
                    facts = os.stat(path)
                    relative = os.path.relpath(path, self.root).replace(os.sep, "/")
                    yield Source(relative, facts.st_size, facts.st_mtime_ns)

    def _find(self, left_out: Optional[Place]) -> Iterator[Source]:
        self._fs.invalidate_cache()
        found = self._fs.find(self.root, detail=True)
        if not found and not self._fs.exists(self.root):
            raise NotFoundError(f"{self.address}: no such folder")
        skipped = None
        if left_out is not None and type(left_out._fs) is type(self._fs):
            skipped = left_out.root + "/"
        for full in sorted(found):
            path = full[len(self.root) :].lstrip("/")
            if not any(part.startswith(".") for part in path.split("/")):
                if skipped is None or not full.startswith(skipped):
                    yield _source(path, found[full])

    def facts(self, path: str) -> Optional[Source]:
        """Of a file; None: it is not there."""
        if self.is_local:
            try:
                facts = os.stat(self.full(path))
            except (FileNotFoundError, NotADirectoryError):
                return None
            return Source(path, facts.st_size, facts.st_mtime_ns)
        try:
            return _source(path, self._fs.info(self.full(path)))
        except FileNotFoundError:
            return None

    def sizes(self) -> Dict[str, int]:
        """Of all files, by path. One listing, where asking for each would take long."""
        if self.is_local and not os.path.isdir(self.root):
            return {}
        try:
            return {source.path: source.bytes for source in self.files()}
        except NotFoundError:
            return {}

    def open(self, path: str) -> BinaryIO:
        """For reading."""
        opened = open(self.full(path), "rb") if self.is_local else self._fs.open(self.full(path))
        return cast(BinaryIO, opened)

    def fetch(self, path: str, local: str) -> None:
        """Copies a file to this machine."""
        if self.is_local:
            shutil.copyfile(self.full(path), local)
        else:
            self._fs.get_file(self.full(path), local)

    def put(self, local: str, path: str) -> None:
        """Moves a complete file of this machine, for a local place one on the same file system, to
        its name. It is there whole or not at all."""
        full = self.full(path)
        if self.is_local:
            os.makedirs(os.path.dirname(full), exist_ok=True)
            os.replace(local, full)
            return
        if not _is_object_store(self._fs):
            self._fs.makedirs(full.rpartition("/")[0], exist_ok=True)
            beside = f"{full}.half"
            self._fs.put_file(local, beside)
            self._fs.mv(beside, full)
        else:
            self._fs.put_file(local, full)
        os.remove(local)

    def read_text(self, path: str) -> str:
        """A text of UTF-8, "" if it is not there."""
        try:
            with self.open(path) as file:
                return file.read().decode("utf-8")
        except FileNotFoundError:
            return ""

    def names_below(self, path: str) -> List[str]:
        """Paths of the files in a folder of it."""
        if self.is_local:
            folder = self.full(path)
            names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
            return [f"{path}/{name}" for name in names]
        self._fs.invalidate_cache()
        found = self._fs.find(self.full(path))
        return [full[len(self.root) :].lstrip("/") for full in sorted(found)]

    def remove(self, path: str) -> None:
        """Removes a file that is there."""
        if self.is_local:
            os.remove(self.full(path))
        else:
            self._fs.rm_file(self.full(path))


def _is_object_store(fs: Any) -> bool:
    protocols = fs.protocol if isinstance(fs.protocol, (tuple, list)) else (fs.protocol,)
    return not _OBJECT_STORES.isdisjoint(protocols)


def _source(path: str, info: Dict[str, Any]) -> Source:
    tag = info.get("ETag") or info.get("etag") or info.get("md5Hash")
    return Source(path, int(info.get("size") or 0), _mtime_ns(info), tag and str(tag))


def _mtime_ns(info: Dict[str, Any]) -> int:
    for key in ("mtime", "LastModified", "last_modified", "updated", "created"):
        value = info.get(key)
        if isinstance(value, (int, float)):
            return int(value * 1e9)
        if hasattr(value, "timestamp"):
            return int(cast(Any, value).timestamp() * 1e6) * 1000
    return 0
