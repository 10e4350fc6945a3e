// A sound that the page works on, and where sounds come from as bytes.

import { decodeFile } from 'deepfilter';

import { notASound, notReachable, Refusal, tooLong } from './messages.js';

export interface Sound {
  name: string; // of a file; what is downloaded is named after it
  title?: string; // what it is called where its name says too little
  channels: Float32Array[]; // one or more, of one length, at least one sample
  sampleRate: number;
}

const kSampleTitle = 'Sample: a voice in the noise of a fan';

/** A quarter of a gigabyte as floats; before, after and what plays are three times as much. */
const kMostValues = 2 ** 26;
/** Compressed files unfold to several times their size. */
const kMostBytes = 300e6;

/** Reads a file that the visitor chose. Throws a Refusal with the reason if that cannot be. */
export async function readSound(file: Blob, name: string): Promise<Sound> {
  if (file.size > kMostBytes) throw new Refusal(tooLong(name));
  let decoded: Awaited<ReturnType<typeof decodeFile>>;
  try {
    decoded = await decodeFile(file);
  } catch {
    throw new Refusal(notASound(name));
  }
  return checked({ name, channels: decoded.channels, sampleRate: decoded.sampleRate });
}

/** The sample that lies beside the page. */
export async function readSample(): Promise<Sound> {
  let response: Response;
  try {
    response = await fetch('./sample/noisy.flac');
    if (!response.ok) throw new Error(response.statusText);
  } catch {
    throw new Refusal(notReachable('The sample'));
  }
  const sound = await readSound(await response.blob(), 'noisy.flac');
  return { ...sound, title: kSampleTitle };
}

export function checked(sound: Sound): Sound {
  const samples = sound.channels[0]?.length ?? 0;
  if (samples === 0) throw new Refusal(`“${sound.name}” is empty.`);
  if (samples * sound.channels.length > kMostValues) throw new Refusal(tooLong(sound.name));
  return sound;
}

/** "my voice.wav, 5.4 s, 48 kHz, mono" */
export function describe({ name, title = name, channels, sampleRate }: Sound): string {
  const seconds = channels[0].length / sampleRate;
  const long = seconds < 60 ? `${seconds.toFixed(1)} s` : clock(seconds);
  const wide = ['', 'mono', 'stereo'][channels.length] ?? `${channels.length} channels`;
  return `${title}, ${long}, ${Number((sampleRate / 1000).toFixed(2))} kHz, ${wide}`;
}

/** "1:05" */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

export function toBuffer(channels: Float32Array[], sampleRate: number): AudioBuffer {
  const buffer = new AudioBuffer({ length: channels[0].length, numberOfChannels: channels.length, sampleRate });
  channels.forEach((channel, n) => buffer.copyToChannel(channel as Float32Array<ArrayBuffer>, n));
  return buffer;
}
