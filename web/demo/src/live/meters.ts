// The readings of live sound: bars with numbers, a few times a second.

import type { Meter } from 'deepfilter';

import { numeral, part, say } from '../dom.js';

/** Its range is that of its element, aria-valuemin to aria-valuemax. */
interface Bar {
  id: string;
  unit: string;
  digits: number;
}

const kInput: Bar = { id: 'meter-in', unit: 'dBFS', digits: 0 };
const kOutput: Bar = { id: 'meter-out', unit: 'dBFS', digits: 0 };
const kSnr: Bar = { id: 'meter-snr', unit: 'dB', digits: 0 };
const kGain: Bar = { id: 'meter-gain', unit: 'dB', digits: 1 };
const kLoad: Bar = { id: 'meter-load', unit: '%', digits: 1 };
const kBars = [kInput, kOutput, kSnr, kGain, kLoad];

export function showMeter(meter: Meter): void {
  show(kInput, meter.inputDb);
  show(kOutput, meter.outputDb);
  show(kSnr, meter.localSnrDb);
  show(kGain, meter.levelGainDb);
  show(kLoad, 100 * meter.load);
}

export function clearMeters(): void {
  for (const bar of kBars) set(bar, bar === kGain ? 0 : rangeOf(bar).low, 'off', '–');
  showDelay(null, null);
}

function show(bar: Bar, value: number): void {
  const { low, high } = rangeOf(bar);
  const within = Math.min(Math.max(value, low), high);
  const text = value >= low ? `${numeral(value, bar.digits)} ${bar.unit}` : `below ${numeral(low)} ${bar.unit}`;
  set(bar, within, text, text);
}

function rangeOf(bar: Bar): { low: number; high: number } {
  const element = part(bar.id);
  return { low: Number(element.getAttribute('aria-valuemin')), high: Number(element.getAttribute('aria-valuemax')) };
}

function set(bar: Bar, value: number, spoken: string, written: string): void {
  const element = part(bar.id);
  const { low, high } = rangeOf(bar);
  element.setAttribute('aria-valuenow', value.toFixed(1));
  element.setAttribute('aria-valuetext', spoken);
  element.style.setProperty('--value', String((value - low) / (high - low)));
  say(part(`${bar.id}-text`), written);
}

/** Both in seconds; null where it is not known. */
export function showDelay(told: number | null, measured: number | null): void {
  const milliseconds = (seconds: number | null): string =>
    seconds === null ? '–' : `${(1000 * seconds).toFixed(1)} ms`;
  say(part('delay-told'), milliseconds(told));
  say(part('delay-measured'), milliseconds(measured));
}

export function showDevices(seconds: number | null): void {
  say(part('delay-devices'), seconds === null ? '–' : `${(1000 * seconds).toFixed(0)} ms`);
}
