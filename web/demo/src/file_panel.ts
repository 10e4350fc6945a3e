// The panel for files: from a sound that has come in to pictures, playing and the download.

import { writeWav } from 'deepfilter';

import { button, canvas, numeral, part, say } from './dom.js';
import { Intake } from './intake.js';
import { Job } from './job.js';
import { sentence } from './messages.js';
import { AbPlayer, kSides, type Side } from './player.js';
import { ProgressLine } from './progress_line.js';
import type { SettingsForm } from './settings.js';
import { describe, toBuffer, type Sound } from './sound.js';
import { drawPicture, paint, rangeOf } from './spectrogram/draw.js';
import type { Range } from './spectrogram/colours.js';
import type { Picture } from './spectrogram/picture.js';
import { Pictures } from './spectrogram/pictures.js';
import { Transport } from './transport.js';

const kOutdated = 'made with the settings before';

interface Shown {
  picture: Picture;
  painted: HTMLCanvasElement | null; // null: nothing to show yet
}

export class FilePanel {
  private readonly pictures = new Pictures();
  private readonly job = new Job();
  private readonly line = new ProgressLine();
  private readonly intake: Intake;
  private readonly player = new AbPlayer(() => new AudioContext());
  private sound: Sound | null = null;
  private result: Float32Array[] | null = null;
  private range: Range | null = null;
  private stale = false;
  /** The result is that of the sound and the settings that are shown. */
  private fresh = false;
  private readonly shown: Partial<Record<Side, Shown>> = {};

  constructor(private readonly settings: SettingsForm) {
    this.intake = new Intake({
      reading: (name) => {
        this.stop();
        this.line.busy(`Reading ${name}`);
      },
      recording: () => this.player.pause(),
      sound: (sound) => void this.open(sound),
      failed: (error) => this.line.failed(sentence(error), this.waiting),
    });
    this.line.onagain = () => void this.enhance();
    this.line.oncancel = () => this.cancel();
    new Transport(this.player);
    button('download').addEventListener('click', () => this.download());
  }

  openSample(): void {
    this.intake.takeSample();
  }

  get empty(): boolean {
    return this.sound === null;
  }

  /** A sound is open whose result is still missing. */
  private get waiting(): boolean {
    return this.sound !== null && !this.fresh;
  }

  /** The settings have changed: the sound that is open is enhanced with the new ones, once it is looked at. */
  settingsChanged(): void {
    this.stale = this.sound !== null;
    this.outdate();
    if (!part('panel-file').hidden) this.refresh();
  }

  refresh(): void {
    if (this.stale) void this.enhance();
  }

  /** The other tab is shown. */
  leave(): void {
    this.player.pause();
    if (this.intake.abandon()) this.line.cancelled(this.waiting);
  }

  redraw(): void {
    for (const side of kSides) {
      const shown = this.shown[side];
      if (shown) drawPicture(canvas(`picture-${side}`), shown.picture, shown.painted);
    }
  }

  private stop(): void {
    this.job.cancel();
    this.player.pause();
  }

  private async open(sound: Sound): Promise<void> {
    this.stop();
    this.sound = sound;
    this.result = null;
    say(part('sound'), describe(sound));
    part('player').hidden = false;
    for (const side of kSides) this.blank(side);
    this.player.load(toBuffer(sound.channels, sound.sampleRate));
    const enhancing = this.enhance();
    const picture = await this.pictures.make(sound.channels, sound.sampleRate);
    if (this.sound !== sound) return;
    this.range = rangeOf(picture);
    say(part('legend-low'), numeral(this.range.bottom));
    say(part('legend-high'), `${numeral(this.range.top)} dBFS`);
    this.show('before', picture);
    if (!this.result) this.shown.after = { picture, painted: null };
    this.redraw();
    await enhancing;
  }

  private async enhance(): Promise<void> {
    const { sound } = this;
    if (!sound) return;
    this.stale = false;
    this.outdate();
    const settings = this.settings.value;
    const started = performance.now();
    this.line.busy('Enhancing');
    try {
      const result = await this.job.run(sound, settings, (fraction) => this.line.progress(fraction));
      if (!result || this.sound !== sound) return;
      const took = (performance.now() - started) / 1000;
      this.line.done(speed(sound, took));
      await this.take(sound, result);
    } catch (error) {
      this.line.failed(sentence(error), true);
    }
  }

  private async take(sound: Sound, result: Float32Array[]): Promise<void> {
    this.result = result;
    this.fresh = true;
    this.player.replaceAfter(toBuffer(result, sound.sampleRate));
    button('download').disabled = false;
    const picture = await this.pictures.make(result, sound.sampleRate);
    if (this.result === result) this.show('after', picture);
  }

  private show(side: Side, picture: Picture): void {
    // "Before" comes first in the worker's queue, so that its range is known by now.
    this.shown[side] = { picture, painted: this.range && paint(picture, this.range) };
    this.caption(side);
    this.redraw();
  }

  /** What was seen and told of another sound goes. */
  private blank(side: Side): void {
    const shown = this.shown[side];
    if (shown) shown.painted = null;
    this.caption(side);
    this.redraw();
  }

  /** What there is as a result is of other settings, or of none, until the new one is there. */
  private outdate(): void {
    this.fresh = false;
    button('download').disabled = true;
    this.caption('after');
  }

  private caption(side: Side): void {
    const shown = this.shown[side];
    const label = [`Spectrogram ${side} enhancing`];
    let note = '';
    if (shown?.painted) {
      const { picture } = shown;
      label.push(`0 to ${picture.topHz / 1000} kilohertz over ${picture.seconds.toFixed(1)} seconds`);
      const outdated = side === 'after' && !this.fresh;
      note = outdated ? kOutdated : `noise between the words: ${numeral(picture.quiet)} dBFS`;
      label.push(note);
    }
    say(part(`quiet-${side}`), note);
    canvas(`picture-${side}`).setAttribute('aria-label', label.join(', '));
  }

  private cancel(): void {
    // Either one is under way: a sound is being read, or the one that is open is being enhanced.
    this.intake.abandon();
    this.job.cancel();
    this.line.cancelled(this.waiting);
  }

  private download(): void {
    const { sound, result } = this;
    if (!sound || !result) return;
    const link = document.createElement('a');
    const bytes = writeWav({ channels: result, sampleRate: sound.sampleRate });
    link.href = URL.createObjectURL(new Blob([bytes as BlobPart], { type: 'audio/wav' }));
    link.download = `${sound.name.replace(/\.[^.]*$/, '')}-enhanced.wav`;
    link.click();
    // The browser has taken hold of the bytes by then.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

/** "5.4 s in 0.21 s: 26 times as fast as it plays." */
function speed(sound: Sound, took: number): string {
  const seconds = sound.channels[0].length / sound.sampleRate;
  const times = seconds / took;
  return (
    `Done: ${seconds.toFixed(1)} s of sound in ${took.toFixed(2)} s, ` +
    `${times < 10 ? times.toFixed(1) : times.toFixed(0)} times as fast as it plays.`
  );
}
