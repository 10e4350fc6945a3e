// Draws a picture into a canvas.

import { drawAxes, prepare } from './axes.js';
import { colourIndex, colourTable, kColours, type Range } from './colours.js';
import type { Picture } from './picture.js';

/** Both pictures share one range; it spans this much below the loudest sound. */
const kSpanDb = 80;

export function rangeOf(picture: Picture): Range {
  const top = Math.max(-60, Math.ceil(picture.loudest / 10) * 10);
  return { bottom: top - kSpanDb, top };
}

export function paint(picture: Picture, range: Range): HTMLCanvasElement {
  const image = new ImageData(picture.columns, picture.rows);
  // A pixel at a time, in the machine's own byte order on both sides.
  const pixels = new Uint32Array(image.data.buffer);
  const table = new Uint32Array(colourTable.buffer);
  for (let n = 0; n < pixels.length; ++n) pixels[n] = table[colourIndex(picture.levels[n], range)];
  const canvas = document.createElement('canvas');
  canvas.width = picture.columns;
  canvas.height = picture.rows;
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}

/** Draws `painted`, or an empty frame, with the axes of `picture`. */
export function drawPicture(canvas: HTMLCanvasElement, picture: Picture, painted: CanvasImageSource | null): void {
  if (canvas.clientWidth === 0) return;
  const { context, box } = prepare(canvas);
  const style = getComputedStyle(canvas);
  context.fillStyle = style.getPropertyValue('--plot');
  context.fillRect(box.left, box.top, box.width, box.height);
  if (painted) context.drawImage(painted, box.left, box.top, box.width, box.height);
  drawAxes(context, box, picture.topHz, picture.seconds, style.color);
}

/** The scale of colours: a bar from quiet to loud. */
export function drawLegend(canvas: HTMLCanvasElement): void {
  canvas.width = kColours;
  canvas.height = 1;
  canvas.getContext('2d')!.putImageData(new ImageData(colourTable, kColours, 1), 0, 0);
}
