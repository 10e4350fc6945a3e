// The ways a sound comes in: a chosen file, a dropped one, the sample, a recording.

import { button, input, part, say } from './dom.js';
import { clock, readSample, readSound, type Sound } from './sound.js';
import { kMostSeconds, Recording } from './recording.js';

export interface IntakeEvents {
  /** A sound is being read; `name` says which. */
  reading(name: string): void;
  /** A recording is about to begin. */
  recording(): void;
  sound(sound: Sound): void;
  failed(error: unknown): void;
}

export class Intake {
  private readonly record = button('record');
  private recording: Recording | null = null;
  private starting = false;
  /** Only the newest wish counts. */
  private turn = 0;
  private reading = false;

  constructor(private readonly events: IntakeEvents) {
    const chooser = input('file');
    button('choose').addEventListener('click', () => chooser.click());
    chooser.addEventListener('change', () => {
      this.takeFile(chooser.files?.[0]);
      chooser.value = ''; // the same file may be chosen again
    });
    button('sample').addEventListener('click', () => this.takeSample());
    this.record.addEventListener('click', () => void this.recordOrStop());
    this.acceptDrops();
  }

  takeSample(): void {
    void this.take('the sample', readSample());
  }

  /** Forgets what is being read or recorded; true if something was being read. */
  abandon(): boolean {
    const { reading } = this;
    this.reading = false;
    ++this.turn;
    this.recording?.close();
    this.recording = null;
    this.showRecording(null);
    return reading;
  }

  private takeFile(file: File | undefined): void {
    if (file) void this.take(file.name, readSound(file, file.name));
  }

  private async take(name: string, reading: Promise<Sound>): Promise<void> {
    const turn = ++this.turn;
    this.reading = true;
    this.events.reading(name);
    try {
      const sound = await reading;
      if (turn !== this.turn) return;
      this.reading = false;
      this.events.sound(sound);
    } catch (error) {
      if (turn !== this.turn) return;
      this.reading = false;
      this.events.failed(error);
    }
  }

  private async recordOrStop(): Promise<void> {
    if (this.recording) {
      this.finish(this.recording);
      return;
    }
    if (this.starting) return;
    this.starting = true;
    this.events.recording();
    const turn = this.turn;
    try {
      const recording = await Recording.start((seconds) => {
        if (this.recording !== recording) return;
        this.showRecording(seconds);
        if (seconds >= kMostSeconds) this.finish(recording);
      });
      if (turn !== this.turn) {
        recording.close();
        return;
      }
      this.recording = recording;
      this.showRecording(0);
    } catch (error) {
      this.events.failed(error);
    } finally {
      this.starting = false;
    }
  }

  private finish(recording: Recording): void {
    this.recording = null;
    this.showRecording(null);
    ++this.turn;
    try {
      this.events.sound(recording.stop());
    } catch (error) {
      this.events.failed(error);
    }
  }

  private showRecording(seconds: number | null): void {
    say(part('record-label'), seconds === null ? 'Record' : 'Stop recording');
    say(part('record-time'), seconds === null ? '' : clock(seconds));
    this.record.dataset.on = String(seconds !== null);
  }

  /** A file may be dropped anywhere on the page. */
  private acceptDrops(): void {
    const zone = part('drop');
    const over = (on: boolean): void => {
      zone.dataset.over = String(on);
    };
    addEventListener('dragover', (event) => {
      event.preventDefault();
      over(event.dataTransfer?.types.includes('Files') ?? false);
    });
    addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) over(false);
    });
    addEventListener('drop', (event) => {
      event.preventDefault();
      over(false);
      this.takeFile(event.dataTransfer?.files[0]);
    });
  }
}
