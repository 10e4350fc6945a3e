// The colours of the spectrograms, computed in OKLab: lightness rises evenly from black over violet and orange to pale
// yellow, so that the order of two colours can be seen with any colour vision and in black and white.

export type Rgb = [red: number, green: number, blue: number];

export const kColours = 256;

function fromOklch(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const shown = (colour: Rgb): boolean => colour.every((c) => c >= 0 && c <= 1);

const toByte = (linear: number): number => {
  const gamma = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(Math.max(gamma, 0), 1));
};

/** The colour of `value`, 0 (silence) to 1 (loud). */
export function colour(value: number): Rgb {
  const lightness = 0.1 + 0.86 * value;
  const hue = ((270 + 195 * value) * Math.PI) / 180;
  // Grey at both ends, and in between as colourful as a screen can show, up to a bound.
  let chroma = 0.2 * Math.sqrt(Math.sin(Math.PI * (0.03 + 0.92 * value)));
  while (chroma > 0 && !shown(fromOklch(lightness, chroma, hue))) chroma -= 0.002;
  return fromOklch(lightness, Math.max(chroma, 0), hue).map(toByte) as Rgb;
}

/** [kColours * 4] bytes: red, green, blue, opaque. */
export const colourTable: Uint8ClampedArray<ArrayBuffer> = Uint8ClampedArray.from(
  Array.from({ length: kColours }, (_, n) => [...colour(n / (kColours - 1)), 255]).flat(),
);

/** The range of a picture in dBFS. */
export interface Range {
  bottom: number;
  top: number;
}

/** The place of a level's colour in the table. */
export function colourIndex(db: number, range: Range): number {
  const value = (db - range.bottom) / (range.top - range.bottom);
  return Math.min(Math.max(Math.round(value * (kColours - 1)), 0), kColours - 1);
}
