"""Many streams at once."""

from __future__ import annotations

import ctypes
import threading
from contextlib import ExitStack
from typing import Any, List, Optional, Sequence, TypeVar

import numpy as np

from ._arrays import F32, Arrival, address
from ._errors import InvalidArgumentError, StateError
from ._library import Block, check_result, library
from ._model import Handle, created
from ._options import PRECISIONS, choose, whole
from ._stream import Stream, from_int16, to_int16

T = TypeVar("T")

_SENTENCES = {
    1: "a block's length must be a multiple of its stream's block_multiple",
    5: "the streams have more channels together than the batch was made for",
    7: "the streams are of another model or precision than the batch",
    10: "a stream has been flushed; call reset before its next sound",
}


class Batch:
    """Runs streams of one model together, so that its weights are read once for all of them.
    `Model.batch` makes one.

    Each stream has the bits that it would have alone. Streams may differ in everything but model and
    precision, and may come and go from call to call.
    """

    def __init__(self, model: Handle, precision: str, max_channels: int) -> None:
        lib = library()
        most = whole("max_channels", max_channels, 1, 4096)
        batch, error = ctypes.c_void_p(), ctypes.c_void_p()
        result = lib.dfn_batch_create(
            model.value,
            choose("precision", precision, PRECISIONS),
            most,
            ctypes.byref(batch),
            ctypes.byref(error),
        )
        self._handle: Optional[Handle] = created(result, batch, error, lib.dfn_batch_free)
        self._max_channels = most
        self._blocks = (Block * most)()
        self._inputs = (ctypes.c_void_p * most)()
        self._outputs = (ctypes.c_void_p * most)()
        self._lock = threading.Lock()

    @property
    def max_channels(self) -> int:
        """How many channels the streams of one call may have together."""
        return self._max_channels

    def process(self, streams: Sequence[Stream], blocks: Sequence[T]) -> List[T]:
        """As `Stream.process` of each stream on its block.

        streams: each once at most.
        blocks: as many, of any lengths, shapes and kinds.
        Errors: those of Stream.process, MismatchError (a stream of another model or precision),
        LimitError (more channels than max_channels); then nothing was done.
        """
        if len(streams) != len(blocks):
            raise InvalidArgumentError(
                f"there are {len(streams)} streams, but {len(blocks)} blocks; give one for each"
            )
        if len(set(map(id, streams))) != len(streams):
            raise InvalidArgumentError("a stream is there twice; give each once")
        arrivals = [Arrival(block, stream._axis) for stream, block in zip(streams, blocks)]
        inputs, outputs = [], []
        for stream, arrival in zip(streams, arrivals):
            stream._check_planes(arrival.planes)
            samples = from_int16(arrival.planes) if arrival.is_int16 else arrival.planes
            inputs.append(samples)
            outputs.append(np.empty(samples.shape, F32))
        self._run(streams, inputs, outputs)
        finished = []
        for stream, arrival, output in zip(streams, arrivals, outputs):
            arrival.forget_samples()
            stream._last = arrival
            finished.append(arrival.back(to_int16(output) if arrival.is_int16 else output))
        return finished

    def _run(self, streams: Sequence[Stream], inputs: List[Any], outputs: List[Any]) -> None:
        if sum(stream.channels for stream in streams) > self._max_channels:
            check_result(5, f"{_SENTENCES[5]}, {self._max_channels}")
        with ExitStack() as held:
            held.enter_context(self._lock)
            # In one order for all batches, so that two of them never wait for each other.
            for stream in sorted(streams, key=id):
                held.enter_context(stream._lock)
            if self._handle is None:
                raise StateError("the batch is closed; make another one")
            row = 0
            for i, (stream, samples, output) in enumerate(zip(streams, inputs, outputs)):
                stream._live()
                here = ctypes.sizeof(ctypes.c_void_p) * row
                block = self._blocks[i]
                block.stream = stream._address
                block.input = ctypes.addressof(self._inputs) + here
                block.output = ctypes.addressof(self._outputs) + here
                block.samples = samples.shape[1]
                for c in range(stream.channels):
                    self._inputs[row] = address(samples[c])
                    self._outputs[row] = address(output[c])
                    row += 1
            result = library().dfn_batch_process(self._handle.value, self._blocks, len(streams))
        check_result(result, _SENTENCES.get(result, "the batch could not be run"))

    def close(self) -> None:
        """Frees the batch; its streams live on."""
        with self._lock:
            self._handle = None

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<deepfilter.Batch, {self._max_channels} channels>"
