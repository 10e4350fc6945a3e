// One line that says what goes on: busy with a bar and "Cancel", done, or what went wrong. Screen readers hear the
// words, not each percent.

import { button, byId, part, say } from './dom.js';

export class ProgressLine {
  oncancel: () => void = () => {};
  /** "Try again" after a cancelled or failed run. */
  onagain: () => void = () => {};

  private readonly bar = byId('progress', HTMLProgressElement);

  constructor() {
    button('cancel').addEventListener('click', () => {
      this.oncancel();
      // The pressed button is gone; the focus goes to what is next to it.
      button(button('again').hidden ? 'choose' : 'again').focus();
    });
    button('again').addEventListener('click', () => this.onagain());
  }

  busy(what: string): void {
    this.bar.removeAttribute('value');
    this.show(`${what} …`, 'busy');
  }

  progress(fraction: number): void {
    this.bar.value = fraction;
    say(part('percent'), `${Math.round(100 * fraction)} %`);
  }

  done(what: string): void {
    this.show(what, 'done');
  }

  cancelled(again: boolean): void {
    this.show('Cancelled.', again ? 'again' : 'done');
  }

  failed(why: string, again = false): void {
    this.show(why, again ? 'failed-again' : 'failed');
  }

  private show(text: string, state: 'busy' | 'done' | 'again' | 'failed' | 'failed-again'): void {
    const busy = state === 'busy';
    const failed = state.startsWith('failed');
    part('work').hidden = !busy;
    button('again').hidden = !state.endsWith('again');
    if (busy) say(part('percent'), '');
    say(part('status'), failed ? '' : text);
    // Errors are told at once, by an element of their own.
    say(part('error'), failed ? text : '');
  }
}
