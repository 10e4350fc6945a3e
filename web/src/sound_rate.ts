// The sampling rate that a sound file tells. Browsers decode to a rate that they are given, so a page
// that does not know the file's own gets it resampled.

const ascii = (bytes: Uint8Array, at: number, text: string): boolean => {
  if (at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; ++i) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
};

const big32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

// WAV: chunk "fmt " has the rate behind the encoding and the number of channels.
function wavRate(bytes: Uint8Array): number | undefined {
  if (!(ascii(bytes, 0, 'RIFF') || ascii(bytes, 0, 'RF64')) || !ascii(bytes, 8, 'WAVE')) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 16 <= bytes.length;) {
    if (ascii(bytes, at, 'fmt ')) return view.getUint32(at + 12, true);
    const size = view.getUint32(at + 4, true);
    at += 8 + size + (size & 1);
  }
  return undefined;
}

// FLAC: STREAMINFO is the first block; the rate has 20 bits at its byte 10.
function flacRate(bytes: Uint8Array): number | undefined {
  if (!ascii(bytes, 0, 'fLaC') || bytes.length < 22) return undefined;
  return big32(bytes, 18) >>> 12;
}

// Ogg: the first packet of the first page names the codec.
function oggRate(bytes: Uint8Array): number | undefined {
  if (!ascii(bytes, 0, 'OggS') || bytes.length < 27) return undefined;
  const packet = 27 + bytes[26];
  if (ascii(bytes, packet, 'OpusHead')) return 48000;
  if (ascii(bytes, packet, '\x01vorbis') && packet + 16 <= bytes.length) {
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(packet + 12, true);
  }
  if (ascii(bytes, packet, '\x7fFLAC')) return flacRate(bytes.subarray(packet + 9));
  return undefined;
}

// AIFF and AIFF-C: the rate in chunk COMM is an 80-bit float; rates are whole numbers below 2^31.
function aiffRate(bytes: Uint8Array): number | undefined {
  if (!ascii(bytes, 0, 'FORM') || !(ascii(bytes, 8, 'AIFF') || ascii(bytes, 8, 'AIFC'))) return undefined;
  for (let at = 12; at + 26 <= bytes.length;) {
    if (ascii(bytes, at, 'COMM')) {
      const exponent = ((bytes[at + 16] & 0x7f) << 8) | bytes[at + 17];
      const shift = 16383 + 31 - exponent;
      return shift >= 0 && shift < 32 ? big32(bytes, at + 18) >>> shift : undefined;
    }
    const size = big32(bytes, at + 4);
    at += 8 + size + (size & 1);
  }
  return undefined;
}

// MP4: `mdhd` of the sound's track counts time in samples, as writers do for sound. Its place is not
// computed from the boxes around it: the first one whose handler is `soun` follows it closely.
function mp4Rate(bytes: Uint8Array): number | undefined {
  if (!ascii(bytes, 4, 'ftyp')) return undefined;
  for (let at = 8; at + 64 <= bytes.length; ++at) {
    if (bytes[at] !== 0x6d || !ascii(bytes, at, 'mdhd')) continue;
    const version = bytes[at + 4];
    const end = at + (version === 1 ? 40 : 28);
    // `hdlr` comes next: size, name, version, a reserved word, and the handler.
    if (ascii(bytes, end + 4, 'hdlr') && ascii(bytes, end + 16, 'soun'))
      return big32(bytes, at + (version === 1 ? 24 : 16));
  }
  return undefined;
}

const aacRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

// MPEG sound: an ID3 tag may precede; then a frame begins with 11 set bits (ADTS: 12).
function mpegRate(bytes: Uint8Array): number | undefined {
  let at = 0;
  if (ascii(bytes, 0, 'ID3') && bytes.length > 10) {
    at =
      10 + ((bytes[6] & 127) << 21) + ((bytes[7] & 127) << 14) + ((bytes[8] & 127) << 7) + (bytes[9] & 127);
  }
  // Padding stands between tag and frame in some files.
  while (at < bytes.length && bytes[at] === 0) ++at;
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) return undefined;
  const layer = (bytes[at + 1] >> 1) & 3;
  if (layer === 0) return (bytes[at + 1] & 0xf0) === 0xf0 ? aacRates[(bytes[at + 2] >> 2) & 15] : undefined;
  const version = (bytes[at + 1] >> 3) & 3;
  const rate = [44100, 48000, 32000][(bytes[at + 2] >> 2) & 3];
  if (rate === undefined || version === 1) return undefined;
  return version === 3 ? rate : version === 2 ? rate / 2 : rate / 4;
}

/** The rate that a WAV, FLAC, Ogg, AIFF, MP4, MP3 or AAC file tells, in Hz; undefined for others. */
export function soundRate(bytes: Uint8Array): number | undefined {
  const rate =
    wavRate(bytes) ??
    flacRate(bytes) ??
    oggRate(bytes) ??
    aiffRate(bytes) ??
    mp4Rate(bytes) ??
    mpegRate(bytes);
  return rate !== undefined && rate >= 8000 && rate <= 192000 ? rate : undefined;
}
