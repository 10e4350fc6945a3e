// A spectrogram that grows with the sound. It scrolls, or, for visitors who want less motion, is written over in place
// behind a line that walks through it.

import { drawAxes, prepare, type Box } from './axes.js';
import { colourIndex, colourTable, type Range } from './colours.js';
import { PowerSpectrum } from './fft.js';
import { kTopHz, kWindow } from './picture.js';
import { melRows, rowPower, toDb, type Row } from './scale.js';

export const kHop = 1024;
const kRows = 240;
const kSeconds = 8;
/** Fixed, as nobody knows how loud a live sound will be: from speech close to the microphone to its own noise. */
export const kLiveRange: Range = { bottom: -100, top: -20 };

/** The colours in the machine's own byte order, as in an ImageData. */
const kPixels = new Uint32Array(colourTable.buffer);

/** What stays from one frame of the screen to the next. */
interface Frame {
  context: CanvasRenderingContext2D;
  box: Box;
  width: number; // of the canvas, in CSS pixels
  height: number;
  plot: string; // colours
  mark: string;
}

export class LivePicture {
  private readonly spectrum = new PowerSpectrum(kWindow);
  private readonly power = new Float32Array(this.spectrum.bins);
  private readonly recent = new Float32Array(kWindow);
  private readonly ring = document.createElement('canvas');
  private readonly ringContext: CanvasRenderingContext2D;
  private readonly column = new ImageData(1, kRows);
  private readonly pixels = new Uint32Array(this.column.data.buffer);
  private readonly table: Row[];
  private readonly topHz: number;
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');
  private written = 0;
  private drawn = -1;
  private frame: Frame | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly sampleRate: number,
  ) {
    this.topHz = Math.min(kTopHz, sampleRate / 2);
    this.table = melRows(kRows, this.topHz, sampleRate / kWindow, this.spectrum.bins);
    this.ring.width = Math.round((kSeconds * sampleRate) / kHop);
    this.ring.height = kRows;
    this.ringContext = this.ring.getContext('2d')!;
    this.calm.addEventListener('change', () => {
      this.frame = null;
    });
  }

  /** Takes the next kHop samples. */
  push(block: Float32Array): void {
    this.recent.copyWithin(0, kHop);
    this.recent.set(block, kWindow - kHop);
    this.spectrum.compute(this.recent, 0, this.power);
    this.table.forEach((row, r) => {
      this.pixels[r] = kPixels[colourIndex(toDb(rowPower(this.power, row)), kLiveRange)];
    });
    this.ringContext.putImageData(this.column, this.written % this.ring.width, 0);
    ++this.written;
  }

  /** Draws what has come since the last call, for each frame of the screen. */
  follow(): void {
    const { frame, canvas } = this;
    if (this.drawn === this.written) return;
    if (!frame || frame.width !== canvas.clientWidth || frame.height !== canvas.clientHeight) this.draw();
    else this.drawPlot(frame);
  }

  /** Draws all, for another size or other colours. */
  draw(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0) return;
    const { context, box } = prepare(this.canvas);
    const style = getComputedStyle(this.canvas);
    const [plot, mark] = ['--plot', '--mark'].map((name) => style.getPropertyValue(name));
    const seconds = (this.ring.width * kHop) / this.sampleRate;
    drawAxes(context, box, this.topHz, seconds, style.color, !this.calm.matches);
    this.frame = { context, box, width, height, plot, mark };
    this.drawPlot(this.frame);
  }

  private drawPlot({ context, box, plot, mark }: Frame): void {
    this.drawn = this.written;
    context.fillStyle = plot;
    context.fillRect(box.left, box.top, box.width, box.height);
    if (this.calm.matches) this.drawInPlace(context, box, mark);
    else this.drawScrolled(context, box);
  }

  /** The newest column at the right edge. */
  private drawScrolled(context: CanvasRenderingContext2D, box: Box): void {
    const { width } = this.ring;
    const next = this.written % width;
    const scale = box.width / width;
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    if (this.written >= width) {
      context.drawImage(this.ring, next, 0, width - next, kRows, box.left, box.top, (width - next) * scale, box.height);
    }
    if (next > 0) {
      context.drawImage(
        this.ring,
        0,
        0,
        next,
        kRows,
        box.left + (width - next) * scale,
        box.top,
        next * scale,
        box.height,
      );
    }
    context.restore();
  }

  private drawInPlace(context: CanvasRenderingContext2D, box: Box, mark: string): void {
    const { width } = this.ring;
    context.drawImage(this.ring, box.left, box.top, box.width, box.height);
    context.fillStyle = mark;
    const x = ((this.written % width) / width) * box.width;
    context.fillRect(box.left + x, box.top, Math.min(2, box.width - x), box.height);
  }
}
