// The panel for live sound.

import { button, canvas, input, numeral, part, say, select } from '../dom.js';
import { Refusal, sentence } from '../messages.js';
import { microphones } from '../microphone.js';
import type { Settings, SettingsForm } from '../settings.js';
import { kHop, kLiveRange, LivePicture } from '../spectrogram/live_picture.js';
import { DelayMeter, measureDelay } from './delay.js';
import { History } from './history.js';
import { clearMeters, showDelay, showDevices, showMeter } from './meters.js';
import { Session } from './session.js';

/** What is compared, the longest delay looked for, and how often. */
const kHistorySeconds = 0.6;
const kMostDelaySeconds = 0.15;
const kMeasureMs = 1000;

const kHint = 'Start, speak, and switch the filter off and on.';

interface Running {
  session: Session;
  before: LivePicture;
  after: LivePicture;
  timer: number;
}

export class LivePanel {
  private running: Running | null = null;
  /** Counts starts and stops, so that a start that was overtaken ends itself. */
  private turn = 0;
  private starting = false;
  private frame = 0;
  /** Pictures and meters, from the first start on. */
  private readonly view = part('live-view');

  constructor(private readonly settings: SettingsForm) {
    button('live').addEventListener('click', () => void (this.running || this.starting ? this.stop() : this.start()));
    select('device').addEventListener('change', () => void this.restart());
    for (const id of ['live-on', 'live-off']) input(id).addEventListener('change', () => this.applySwitches());
    input('monitor').addEventListener('change', () => this.applySwitches());
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.listDevices());
    say(part('live-legend-low'), numeral(kLiveRange.bottom));
    say(part('live-legend-high'), `${numeral(kLiveRange.top)} dBFS`);
    clearMeters();
    showDevices(null);
    this.showState(kHint);
  }

  apply(settings: Settings): void {
    this.running?.session.apply(settings);
  }

  /** Another model or microphone takes a new graph. */
  async restart(): Promise<void> {
    if (!this.running && !this.starting) return;
    this.stop();
    await this.start();
  }

  redraw(): void {
    if (this.running) {
      this.running.before.draw();
      this.running.after.draw();
    } else if (!part('panel-live').hidden && !this.view.hidden) {
      for (const side of ['before', 'after']) new LivePicture(canvas(`live-${side}`), 48000).draw();
    }
  }

  stop(): void {
    ++this.turn;
    this.starting = false;
    if (this.running) {
      clearInterval(this.running.timer);
      this.running.session.close();
      this.running = null;
    }
    cancelAnimationFrame(this.frame);
    clearMeters();
    showDevices(null);
    this.showState(this.view.hidden ? kHint : 'Stopped.');
  }

  private async start(): Promise<void> {
    const turn = ++this.turn;
    this.starting = true;
    this.showState('Starting …');
    const history = { before: new History(0), after: new History(0) };
    try {
      const session = await Session.open(select('device').value, this.settings.value, {
        blocks: (before, after) => {
          this.running?.before.push(before);
          this.running?.after.push(after);
          history.before.push(before);
          history.after.push(after);
        },
        meter: showMeter,
        lost: () => this.fail(new Refusal('The microphone is gone; connect it and start again.')),
      });
      if (turn !== this.turn) {
        session.close();
        return;
      }
      this.run(session, history);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  private run(session: Session, history: { before: History; after: History }): void {
    const { sampleRate } = session.context;
    const length = Math.ceil((kHistorySeconds * sampleRate) / kHop) * kHop;
    history.before = new History(length);
    history.after = new History(length);
    const delay = new DelayMeter();
    const measure = (): void => {
      showDevices(session.deviceSeconds);
      if (!history.before.full) return;
      const most = Math.round(kMostDelaySeconds * sampleRate);
      delay.add(measureDelay(history.before.all, history.after.all, most));
      const { samples } = delay;
      showDelay(session.latencySeconds, samples === null ? null : samples / sampleRate);
    };
    this.starting = false;
    this.view.hidden = false;
    this.running = {
      session,
      before: new LivePicture(canvas('live-before'), sampleRate),
      after: new LivePicture(canvas('live-after'), sampleRate),
      timer: window.setInterval(measure, kMeasureMs),
    };
    showDelay(session.latencySeconds, null);
    this.applySwitches();
    this.showState('Listening. Nothing is stored or sent.');
    void this.listDevices();
    this.follow();
  }

  private fail(error: unknown): void {
    this.stop();
    this.showState('', sentence(error));
  }

  private follow(): void {
    if (!this.running) return;
    this.running.before.follow();
    this.running.after.follow();
    this.frame = requestAnimationFrame(() => this.follow());
  }

  private applySwitches(): void {
    if (!this.running) return;
    this.running.session.enabled = input('live-on').checked;
    this.running.session.audible = input('monitor').checked;
  }

  private showState(status: string, error = ''): void {
    const on = this.running !== null || this.starting;
    say(part('live-label'), on ? 'Stop' : 'Start the microphone');
    button('live').dataset.on = String(on);
    say(part('live-status'), status);
    say(part('live-error'), error);
  }

  private async listDevices(): Promise<void> {
    const devices = await microphones();
    const list = select('device');
    const chosen = this.running?.session.deviceId ?? list.value;
    list.replaceChildren(
      ...devices.map((device, n) => new Option(device.label || `Microphone ${n + 1}`, device.deviceId)),
    );
    if (devices.length === 0) list.add(new Option('The system’s microphone', ''));
    if (devices.some((device) => device.deviceId === chosen)) list.value = chosen;
    list.disabled = devices.length < 2;
  }
}
