// Plays the sound before and after on one clock. Both run all the time, and switching only turns one up and the other
// down: no gap, and never a different place.

export type Side = 'before' | 'after';
export const kSides: Side[] = ['before', 'after'];

/** Long enough not to click, short enough to be heard as at once. */
const kFadeSeconds = 0.012;
/** Between asking for a start and the start itself, so that both sides start in the same block of the audio clock. */
const kLeadSeconds = 0.02;

export class AbPlayer {
  /** Called when it starts, stops, or has reached the end. */
  onchange: () => void = () => {};

  private graph: { context: BaseAudioContext; gains: Record<Side, GainNode> } | null = null;
  private readonly buffers: Record<Side, AudioBuffer | null> = { before: null, after: null };
  private sources: AudioBufferSourceNode[] = [];
  private chosen: Side = 'after';
  private repeats = false;
  /** The clock's time at which the sound's first sample is or would have been heard. */
  private origin = 0;
  private rest = 0;
  private running = false;

  /** `openContext` is called on the first play: browsers want a sound to begin with a click. */
  constructor(private readonly openContext: () => BaseAudioContext) {}

  get duration(): number {
    return this.buffers.before?.duration ?? 0;
  }

  get playing(): boolean {
    return this.running;
  }

  /** Seconds into the sound. */
  get position(): number {
    if (!this.running || this.duration === 0) return this.rest;
    const elapsed = Math.max(0, this.now - this.origin);
    return this.repeats ? elapsed % this.duration : Math.min(elapsed, this.duration);
  }

  get side(): Side {
    return this.chosen;
  }

  set side(side: Side) {
    this.chosen = side;
    this.fade(this.now);
  }

  get repeat(): boolean {
    return this.repeats;
  }

  set repeat(on: boolean) {
    const at = this.position;
    this.repeats = on;
    // The place on the clock is counted anew, so that "elapsed" stays within one turn.
    if (this.running) this.start(this.placeAfterLead(at));
  }

  /** Takes a new sound, at its beginning. */
  load(before: AudioBuffer): void {
    this.pause();
    this.buffers.before = before;
    this.buffers.after = null;
    this.rest = 0;
    this.side = this.chosen;
    this.onchange();
  }

  /** Takes another "after" of the same sound; playing goes on where it is. */
  replaceAfter(after: AudioBuffer): void {
    this.buffers.after = after;
    if (this.running) {
      this.start(this.placeAfterLead(this.position));
      // Not before the new source is there.
      this.fade(this.now + kLeadSeconds);
    } else {
      this.fade(this.now);
    }
  }

  play(): void {
    if (this.running || !this.buffers.before) return;
    this.start(this.rest >= this.duration ? 0 : this.rest);
    // A phone call or the system may have stopped the clock.
    const context = this.graph?.context;
    if (context instanceof AudioContext) void context.resume();
    this.onchange();
  }

  pause(): void {
    if (!this.running) return;
    this.rest = this.position;
    this.stopSources(this.now);
    this.running = false;
    this.onchange();
  }

  seek(seconds: number): void {
    this.rest = Math.min(Math.max(seconds, 0), this.duration);
    if (this.running) this.start(this.rest);
    this.onchange();
  }

  private fade(when: number): void {
    if (!this.graph) return;
    for (const side of kSides) {
      const { gain } = this.graph.gains[side];
      gain.cancelScheduledValues(when);
      gain.setValueAtTime(gain.value, when);
      gain.linearRampToValueAtTime(this.heard(side), when + kFadeSeconds);
    }
  }

  /** Without a result yet, the sound before is heard on both sides. */
  private heard(side: Side): number {
    const audible = this.buffers.after ? this.chosen : 'before';
    return side === audible ? 1 : 0;
  }

  /** Where what plays at `position` now will be when new sources start. */
  private placeAfterLead(position: number): number {
    const place = position + kLeadSeconds;
    return this.repeats ? place % this.duration : Math.min(place, this.duration);
  }

  private get now(): number {
    return this.graph?.context.currentTime ?? 0;
  }

  private openGraph(): { context: BaseAudioContext; gains: Record<Side, GainNode> } {
    if (!this.graph) {
      const context = this.openContext();
      const gain = (side: Side): GainNode => new GainNode(context, { gain: this.heard(side) });
      this.graph = { context, gains: { before: gain('before'), after: gain('after') } };
      for (const side of kSides) this.graph.gains[side].connect(context.destination);
    }
    return this.graph;
  }

  private start(offset: number): void {
    const { context, gains } = this.openGraph();
    const when = context.currentTime + kLeadSeconds;
    this.stopSources(when);
    for (const side of kSides) {
      const buffer = this.buffers[side];
      if (!buffer) continue;
      const source = new AudioBufferSourceNode(context, { buffer, loop: this.repeats });
      source.connect(gains[side]);
      source.start(when, offset);
      this.sources.push(source);
    }
    this.sources[0].onended = () => this.ended();
    this.origin = when - offset;
    this.running = true;
  }

  private stopSources(when: number): void {
    for (const source of this.sources) {
      source.onended = null;
      source.stop(when);
    }
    this.sources = [];
  }

  private ended(): void {
    this.stopSources(this.now);
    this.running = false;
    this.rest = 0;
    this.onchange();
  }
}
