// A picture's frame: where it lies on its canvas, its axes in Hz and s, and its title for screen readers.

import { frequencyTicks, timeTicks, toMel } from './scale.js';

/** A part of a canvas in CSS pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const kLeft = 40;
const kRight = 8;
const kTop = 6;
const kBottom = 22;
const kFont = '11px system-ui, sans-serif';

/** Fits the canvas's pixels to the screen; returns its context, scaled to CSS pixels, and the box of the picture. */
export function prepare(canvas: HTMLCanvasElement): { context: CanvasRenderingContext2D; box: Box } {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d', { alpha: true })!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return {
    context,
    box: {
      left: kLeft,
      top: kTop,
      width: Math.max(1, width - kLeft - kRight),
      height: Math.max(1, height - kTop - kBottom),
    },
  };
}

/** The box as parts of the canvas's width, for marks that lie above it. */
export function plotSpan(canvas: HTMLCanvasElement): { left: number; width: number } {
  return { left: kLeft, width: Math.max(1, canvas.clientWidth - kLeft - kRight) };
}

const hertz = (hz: number): string => (hz < 1000 ? `${hz}` : `${hz / 1000}k`);

/** "5", "0.5", or "1:30" from a minute on. */
export function timeLabel(seconds: number, total: number): string {
  if (total < 60) return `${Number(seconds.toFixed(1))}`;
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}

/** Draws both axes; `fromEnd` counts seconds back from the right edge, as a live picture does. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  box: Box,
  topHz: number,
  seconds: number,
  colour: string,
  fromEnd = false,
): void {
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.font = kFont;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const hz of frequencyTicks(topHz, 14 / box.height)) {
    const y = Math.round(box.top + box.height * (1 - toMel(hz) / toMel(topHz))) + 0.5;
    line(context, box.left - 4, y, box.left, y);
    context.fillText(hz === 0 ? '0 Hz' : hertz(hz), box.left - 6, y);
  }
  context.textBaseline = 'top';
  const bottom = box.top + box.height;
  for (const time of timeTicks(seconds, box.width / 48)) {
    const part = seconds > 0 ? time / seconds : 0;
    const x = Math.round(box.left + box.width * (fromEnd ? 1 - part : part)) + 0.5;
    line(context, x, bottom, x, bottom + 4);
    const edge = part === 0 ? (fromEnd ? 'right' : 'left') : part > 0.96 ? (fromEnd ? 'left' : 'right') : 'center';
    context.textAlign = edge;
    const label = timeLabel(time, seconds);
    context.fillText(time === 0 ? '0 s' : fromEnd ? `−${label}` : label, x, bottom + 6);
  }
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
