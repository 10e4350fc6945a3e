"""Sounds inside tar shards (webdataset) and Parquet files, a few at a time: memory does not grow with
the archive, but for one row group of a Parquet file."""

from __future__ import annotations

import io
import os
import tarfile
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .._errors import CorruptError, InvalidArgumentError, NotFoundError
from .._staged import Outcome, enhance_encoded, is_sound
from ._manifest import Row
from ._places import Source
from ._work import MOST_BYTES, MOST_SOUNDS, Job

_WRITE_MODES = {".tgz": "w:gz", ".gz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}
# Names that corpora give to a column of encoded sounds without more, the likeliest first.
_COLUMNS = ("audio", "bytes", "wav", "flac", "opus", "mp3", "sound")
_SPARSE = 8 << 30  # a member beyond this is no sound of a corpus

Member = Tuple[tarfile.TarInfo, bytes]


def member_row(job: Job, source: Source, member: str, outcome: Outcome) -> Row:
    """The row of a sound in an archive."""
    row = outcome.row
    shown = {"path": source.path, "member": member, **{k: row[k] for k in row if k != "path"}}
    shown.update(output=job.target.shown(source.path), source=source.facts(), target_bytes=None)
    for key, value in job.origin.items():
        shown.setdefault(key, value)
    return shown


# ---- Tar shards -------------------------------------------------------------------------------


def enhance_tar(job: Job, source: Source, made: str) -> List[Row]:
    """Writes the archive `made`: that of `source` with its sounds enhanced, all else as it is and in
    order. A sample (members in turn with one name up to its first dot) whose sound failed is left
    out whole, so that each sample that is there is complete."""
    name = job.source.shown(source.path)
    mode: Any = _WRITE_MODES.get(os.path.splitext(source.path.lower())[1], "w")
    rows: List[Row] = []
    try:
        with job.source.open(source.path) as file:
            with tarfile.open(fileobj=file, mode="r|*") as archive:
                kind = tarfile.PAX_FORMAT if archive.pax_headers else tarfile.GNU_FORMAT
                with tarfile.open(made, mode, format=kind) as output:
                    for samples in _few(_samples(archive, name)):
                        rows += _write_samples(job, source, samples, output)
    except tarfile.TarError as error:
        raise CorruptError(f"{name}: is no whole tar archive: {error}") from None
    with open(made, "rb+") as written:
        os.fsync(written.fileno())
    return rows


def _samples(archive: tarfile.TarFile, name: str) -> Iterator[List[Member]]:
    sample: List[Member] = []
    last = None
    for info in archive:
        if info.size > _SPARSE:
            raise CorruptError(f"{name}: {info.name}: is of {info.size} bytes, which is too much")
        file = archive.extractfile(info) if info.isreg() else None
        content = file.read() if file is not None else b""
        key = _key(info.name)
        if sample and key != last:
            yield sample
            sample = []
        sample.append((info, content))
        last = key
    if sample:
        yield sample


def _key(name: str) -> str:
    folder, _, base = name.rpartition("/")
    return f"{folder}/{base.partition('.')[0]}"


def _few(samples: Iterator[List[Member]]) -> Iterator[List[List[Member]]]:
    few: List[List[Member]] = []
    sounds = size = 0
    for sample in samples:
        few.append(sample)
        sounds += sum(_is_sound(info) for info, _ in sample)
        size += sum(len(content) for _, content in sample)
        if sounds >= MOST_SOUNDS or size >= MOST_BYTES:
            yield few
            few, sounds, size = [], 0, 0
    if few:
        yield few


def _is_sound(info: tarfile.TarInfo) -> bool:
    return info.isreg() and is_sound(info.name)


def _write_samples(
    job: Job, source: Source, samples: Sequence[Sequence[Member]], output: tarfile.TarFile
) -> List[Row]:
    archive = job.source.shown(source.path)
    members = [member for sample in samples for member in sample if _is_sound(member[0])]
    finished = iter(
        enhance_encoded(
            [(f"{archive}: {info.name}", content) for info, content in members], job.flags
        )
    )
    rows: List[Row] = []
    for sample in samples:
        whole: Optional[List[Member]] = []
        for info, content in sample:
            made: Optional[bytes] = content
            if _is_sound(info):
                made, outcome = next(finished)
                rows.append(member_row(job, source, info.name, outcome))
            if made is None:
                whole = None
            elif whole is not None:
                whole.append((info, made))
        for info, content in whole or ():
            info.size = len(content)
            info.pax_headers = {k: v for k, v in info.pax_headers.items() if k != "size"}
            output.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return rows


# ---- Parquet ----------------------------------------------------------------------------------


def enhance_parquet(job: Job, source: Source, made: str) -> List[Row]:
    """Writes the Parquet file `made`: that of `source` with the sounds of one column enhanced. Its
    rows, row groups, schema with metadata and compression are the same; a sound that failed is
    null."""
    name = job.source.shown(source.path)
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise NotFoundError(
            f'{name}: Parquet needs the package pyarrow, which is not here; "pip install pyarrow" '
            "installs it"
        ) from None
    rows: List[Row] = []
    try:
        with job.source.open(source.path) as file:
            reader = pq.ParquetFile(file)
            schema = reader.schema_arrow
            column = _column(schema, job.column, name)
            groups = reader.metadata.num_row_groups
            codec = reader.metadata.row_group(0).column(0).compression if groups else "SNAPPY"
            codec = "NONE" if codec == "UNCOMPRESSED" else codec
            with pq.ParquetWriter(made, schema, compression=codec) as writer:
                for group in range(groups):
                    batches = [
                        _enhance_batch(job, source, batch, column, rows)
                        for batch in reader.iter_batches(MOST_SOUNDS, row_groups=[group])
                    ]
                    table = pa.Table.from_batches(batches, schema)
                    writer.write_table(table, row_group_size=max(1, table.num_rows))
    except pa.ArrowException as error:
        raise CorruptError(f"{name}: is no whole Parquet file: {error}") from None
    with open(made, "rb+") as written:
        os.fsync(written.fileno())
    return rows


def _column(schema: Any, asked: Optional[str], name: str) -> str:
    import pyarrow as pa

    def holds_sounds(kind: Any) -> bool:
        if pa.types.is_struct(kind):
            return any(field.name == "bytes" and _is_bytes(field.type) for field in kind)
        return _is_bytes(kind)

    able = [field.name for field in schema if holds_sounds(field.type)]
    if asked is not None:
        if asked in able:
            return asked
        raise InvalidArgumentError(
            f"{name}: no column {asked!r} of bytes, or of a struct with bytes; there are "
            f"{', '.join(schema.names)}"
        )
    structs = [field.name for field in schema if field.name in able and not _is_bytes(field.type)]
    for choice in (structs, [known for known in _COLUMNS if known in able], able):
        if len(choice) == 1 or (choice and choice[0] in _COLUMNS):
            return choice[0]
    raise InvalidArgumentError(
        f"{name}: which column holds the sounds cannot be told; name one of "
        f"{', '.join(able or schema.names)} with --column"
    )


def _is_bytes(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _enhance_batch(job: Job, source: Source, batch: Any, column: str, rows: List[Row]) -> Any:
    import pyarrow as pa

    archive = job.source.shown(source.path)
    place = batch.schema.get_field_index(column)
    kind = batch.schema.field(place).type
    values = batch.column(place).to_pylist()
    names: Dict[int, str] = {}
    sounds: List[Tuple[str, bytes]] = []
    for i, value in enumerate(values):
        content = value.get("bytes") if isinstance(value, dict) else value
        label = (value.get("path") if isinstance(value, dict) else None) or ""
        member = f"{len(rows) + i}"
        names[i] = member
        ending = os.path.splitext(str(label))[1]
        sounds.append((f"{archive}: row {member}{ending}", content or b""))
    for i, (content, outcome) in enumerate(enhance_encoded(sounds, job.flags)):
        value = values[i]
        if value is None or content is None:
            values[i] = None
        else:
            values[i] = {**value, "bytes": content} if isinstance(value, dict) else content
        rows.append(member_row(job, source, names[i], outcome))
    return batch.set_column(place, batch.schema.field(place), pa.array(values, kind))
