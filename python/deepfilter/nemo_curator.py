"""NeMo Curator: a stage that takes noise out of AudioTasks.

    from deepfilter.nemo_curator import DeepFilterStage
    from nemo_curator.stages.resources import Resources

    pipeline.add_stage(MonoConversionStage())                 # or any that sets waveform, sample_rate
    pipeline.add_stage(DeepFilterStage(batch_size=32).with_(resources=Resources(cpus=1.0)))
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple, Union

from nemo_curator.stages.base import ProcessingStage
from nemo_curator.stages.resources import Resources
from nemo_curator.tasks import AudioTask

from ._errors import DeepFilterError, StateError
from ._library import DEFAULT_MODEL
from ._model import Model

__all__ = ["DeepFilterStage"]


@dataclass
class DeepFilterStage(ProcessingStage[AudioTask, AudioTask]):  # type: ignore[misc,unused-ignore]
    """Enhances each task's waveform; rate, length, channels and alignment stay. Runs on processors;
    a batch goes through the engine's batch.

    waveform_key: of a torch tensor or numpy array, [C, N] or [N], full scale 1.
    sample_rate_key: of its rate in Hz.
    error_key: set in a task whose waveform cannot be enhanced, in one sentence; the task goes on as
            it is. None: that is an exception.
    model, atten_lim_db, level, precision: as in `deepfilter.enhance`.
    """

    waveform_key: str = "waveform"
    sample_rate_key: str = "sample_rate"
    error_key: Optional[str] = "deepfilter_error"
    model: str = DEFAULT_MODEL
    atten_lim_db: Optional[float] = None
    level: Union[str, float] = "auto"
    precision: Optional[str] = None

    name: str = "DeepFilter"
    batch_size: int = 16
    resources: Any = field(default_factory=lambda: Resources(cpus=1.0))

    def __post_init__(self) -> None:
        super().__init__()
        self._opened: Optional[Model] = None

    def inputs(self) -> Tuple[List[str], List[str]]:
        """What a task must have."""
        return [], [self.waveform_key, self.sample_rate_key]

    def outputs(self) -> Tuple[List[str], List[str]]:
        """What a task has then."""
        return [], [self.waveform_key, self.sample_rate_key]

    def setup(self, worker_metadata: Any = None) -> None:
        """Opens the model, once a worker."""
        self._opened = Model(self.model, precision=self.precision)

    def teardown(self) -> None:
        """Lets the model go."""
        self._opened = None

    def process(self, task: AudioTask) -> AudioTask:
        """Enhances one task."""
        return self.process_batch([task])[0]

    def process_batch(self, tasks: List[AudioTask]) -> List[AudioTask]:
        """Enhances tasks together; each gets the bits that it would have alone."""
        by_rate: Dict[int, List[AudioTask]] = {}
        for task in tasks:
            if not self.validate_input(task):
                raise ValueError(f"task {task!s} lacks {self.waveform_key} or {self.sample_rate_key}")
            by_rate.setdefault(int(task.data[self.sample_rate_key]), []).append(task)
        for rate, of_rate in by_rate.items():
            self._enhance(of_rate, rate)
        return tasks

    def _enhance(self, tasks: List[AudioTask], rate: int) -> None:
        if self._opened is None:
            raise StateError("the stage has no model yet; call setup first")
        clips = [task.data[self.waveform_key] for task in tasks]
        try:
            made = self._opened.enhance(
                clips, rate, atten_lim_db=self.atten_lim_db, level=self.level
            )
        except DeepFilterError as error:
            if self.error_key is None:
                raise
            if len(tasks) > 1:  # the others are not to suffer
                for task in tasks:
                    self._enhance([task], rate)
            else:
                tasks[0].data[self.error_key] = str(error)
            return
        for task, waveform in zip(tasks, made):
            task.data[self.waveform_key] = waveform
