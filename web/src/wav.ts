// WAV files (RIFF, RF64): integers of 8 to 32 bits, floats, and the A-law and µ-law of telephones; any rate, any number
// of channels.
import { DeepFilterError } from './core.js';

export interface Sound {
  channels: Float32Array[];
  sampleRate: number;
}

type Coding = 'integer' | 'float' | 'alaw' | 'mulaw';

interface Format {
  coding: Coding;
  bytes: number;
  channels: number;
  sampleRate: number;
}

const tagAt = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

/** Whether these bytes begin as a WAV file does. */
export function isWav(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
  return ['RIFF', 'RF64'].includes(tagAt(view, 0)) && tagAt(view, 8) === 'WAVE';
}

/** Reads a WAV file. Errors: DeepFilterError for what is no WAV file, is cut short, or is encoded otherwise. */
export function readWav(bytes: Uint8Array): Sound {
  if (!isWav(bytes)) throw new DeepFilterError('the file is not a WAV file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const tag = tagAt(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag === 'fmt ') format = readFormat(view, body, size);
    if (tag === 'data') {
      if (!format) throw new DeepFilterError('the WAV file has samples before their format');
      // Streams that were cut, and RF64, tell a length that is larger than the file.
      return readSamples(view, body, Math.min(size, bytes.length - body), format);
    }
    at = body + size + (size & 1);
  }
  throw new DeepFilterError('the WAV file has no samples');
}

/** The codings that are read here by their number in the header, and the bytes that a sample may have. */
const codings: Record<number, { coding: Coding; widths: number[] }> = {
  1: { coding: 'integer', widths: [1, 2, 3, 4] },
  3: { coding: 'float', widths: [4, 8] },
  6: { coding: 'alaw', widths: [1] },
  7: { coding: 'mulaw', widths: [1] },
};

function readFormat(view: DataView, at: number, size: number): Format {
  if (size < 16 || at + size > view.byteLength) throw new DeepFilterError('the WAV file is cut short');
  let code = view.getUint16(at, true);
  // The extensible form has its code at the start of a GUID.
  if (code === 0xfffe && size >= 26) code = view.getUint16(at + 24, true);
  const known = codings[code];
  const bytes = view.getUint16(at + 14, true) / 8;
  if (!known?.widths.includes(bytes)) {
    throw new DeepFilterError(
      `the WAV file has encoding ${code} with ${bytes * 8} bits, which is not read here`,
    );
  }
  const format: Format = {
    coding: known.coding,
    bytes,
    channels: view.getUint16(at + 2, true),
    sampleRate: view.getUint32(at + 4, true),
  };
  if (format.channels < 1 || format.sampleRate < 1)
    throw new DeepFilterError('the WAV file has no channels or no sampling rate');
  return format;
}

// ITU-T G.711: a sign, three bits of exponent and four of mantissa, decoded to 16 bits. µ-law's bits are all inverted, every
// second one of A-law's.
function fromMulaw(byte: number): number {
  const bits = ~byte & 0xff;
  const size = (((bits & 15) << 3) + 132) << ((bits >> 4) & 7);
  return (bits & 128 ? 132 - size : size - 132) / 32768;
}

function fromAlaw(byte: number): number {
  const bits = byte ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 15) << 4) + 8;
  const size = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return (bits & 128 ? size : -size) / 32768;
}

function sampleReader(view: DataView, { coding, bytes }: Format): (at: number) => number {
  if (coding === 'mulaw') return (at) => fromMulaw(view.getUint8(at));
  if (coding === 'alaw') return (at) => fromAlaw(view.getUint8(at));
  if (coding === 'float')
    return bytes === 4 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  if (bytes === 1) return (at) => (view.getUint8(at) - 128) / 128;
  if (bytes === 2) return (at) => view.getInt16(at, true) / 32768;
  if (bytes === 3) return (at) => ((view.getInt16(at + 1, true) << 8) | view.getUint8(at)) / 8388608;
  return (at) => view.getInt32(at, true) / 2147483648;
}

function readSamples(view: DataView, start: number, size: number, format: Format): Sound {
  const read = sampleReader(view, format);
  const stride = format.bytes * format.channels;
  const samples = Math.floor(size / stride);
  const channels = Array.from({ length: format.channels }, (_, c) => {
    const channel = new Float32Array(samples);
    for (let i = 0, at = start + c * format.bytes; i < samples; ++i, at += stride) channel[i] = read(at);
    return channel;
  });
  return { channels, sampleRate: format.sampleRate };
}

/** How samples are written: 16-bit integers, rounded and clamped, or floats, exactly as they are. */
export type WavFormat = 'i16' | 'f32';

/** Writes a WAV file. Error: DeepFilterError beyond the 4 GiB that a WAV file can tell. */
export function writeWav({ channels, sampleRate }: Sound, format: WavFormat = 'i16'): Uint8Array {
  const width = format === 'i16' ? 2 : 4;
  const samples = channels[0]?.length ?? 0;
  const size = samples * channels.length * width;
  if (size > 0xffffffff - 64) throw new DeepFilterError('the sound is longer than a WAV file can be (4 GiB)');
  const view = new DataView(new ArrayBuffer(44 + size));
  const tag = (at: number, text: string): void => {
    for (let i = 0; i < 4; ++i) view.setUint8(at + i, text.charCodeAt(i));
  };
  tag(0, 'RIFF');
  view.setUint32(4, 36 + size, true);
  tag(8, 'WAVE');
  tag(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, format === 'i16' ? 1 : 3, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels.length * width, true);
  view.setUint16(32, channels.length * width, true);
  view.setUint16(34, width * 8, true);
  tag(36, 'data');
  view.setUint32(40, size, true);
  const put =
    format === 'i16'
      ? (at: number, x: number): void =>
          view.setInt16(at, Math.max(-32768, Math.min(32767, Math.round(x * 32768))), true)
      : (at: number, x: number): void => view.setFloat32(at, x, true);
  for (let c = 0; c < channels.length; ++c) {
    const channel = channels[c];
    for (let i = 0, at = 44 + c * width; i < samples; ++i, at += channels.length * width) put(at, channel[i]);
  }
  return new Uint8Array(view.buffer);
}
