// The player's controls: play, before or after, the place in the sound, and clicks into the pictures.

import { button, canvas, input, part, say } from './dom.js';
import { kSides, type AbPlayer, type Side } from './player.js';
import { plotSpan, timeLabel } from './spectrogram/axes.js';

/** The arrow keys move by this. */
const kStepSeconds = 1;

export class Transport {
  private readonly slider = input('position');
  private readonly toggle = button('play');
  private frame = 0;

  constructor(private readonly player: AbPlayer) {
    player.onchange = () => this.update();
    this.toggle.addEventListener('click', () => this.playOrPause());
    this.slider.addEventListener('input', () => player.seek(Number(this.slider.value)));
    input('repeat').addEventListener('change', () => {
      player.repeat = input('repeat').checked;
    });
    for (const side of kSides) {
      input(`hear-${side}`).addEventListener('change', () => this.hear(side));
      canvas(`picture-${side}`).addEventListener('click', (event) => this.seekInto(side, event.offsetX));
    }
    part('player').addEventListener('keydown', (event) => this.key(event));
    addEventListener('resize', () => this.showPlace());
    this.update();
  }

  update(): void {
    const { player } = this;
    this.slider.max = String(player.duration);
    say(part('play-label'), player.playing ? 'Pause' : 'Play');
    this.toggle.dataset.on = String(player.playing);
    input(`hear-${player.side}`).checked = true;
    for (const side of kSides) part(`figure-${side}`).dataset.heard = String(player.side === side);
    this.showPlace();
    cancelAnimationFrame(this.frame);
    if (player.playing) this.frame = requestAnimationFrame(() => this.follow());
  }

  playOrPause(): void {
    if (this.player.playing) this.player.pause();
    else this.player.play();
  }

  private follow(): void {
    this.showPlace();
    if (this.player.playing) this.frame = requestAnimationFrame(() => this.follow());
  }

  private showPlace(): void {
    const { position, duration } = this.player;
    this.slider.value = String(position);
    const of = `${timeLabel(position, duration)} of ${timeLabel(duration, duration)}${duration < 60 ? ' s' : ''}`;
    this.slider.setAttribute('aria-valuetext', of);
    say(
      part('time'),
      duration < 60
        ? `${position.toFixed(1)} / ${duration.toFixed(1)} s`
        : `${timeLabel(Math.floor(position), duration)} / ${timeLabel(Math.floor(duration), duration)}`,
    );
    for (const side of kSides) {
      const { left, width } = plotSpan(canvas(`picture-${side}`));
      const x = left + (duration > 0 ? position / duration : 0) * width;
      part(`place-${side}`).style.transform = `translateX(${x}px)`;
    }
  }

  private hear(side: Side): void {
    this.player.side = side;
    this.update();
  }

  private seekInto(side: Side, x: number): void {
    const { left, width } = plotSpan(canvas(`picture-${side}`));
    this.player.seek((Math.min(Math.max(x - left, 0), width) / width) * this.player.duration);
  }

  /** Keys work where the focus is in the player, so that they take nothing away elsewhere. */
  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { target } = event;
    const onSlider = target === this.slider;
    if (event.key === 'b' || event.key === 'B') this.hear(this.player.side === 'before' ? 'after' : 'before');
    else if (event.key === ' ' && onSlider) this.playOrPause();
    else if (event.key === 'ArrowLeft' && onSlider) this.player.seek(this.player.position - kStepSeconds);
    else if (event.key === 'ArrowRight' && onSlider) this.player.seek(this.player.position + kStepSeconds);
    else return;
    event.preventDefault();
  }
}
