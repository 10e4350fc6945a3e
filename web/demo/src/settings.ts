// The settings that files and live sound share.

import type { Level } from 'deepfilter';

import { input, part, say, select } from './dom.js';
import { models, modelTitle, type ModelChoice } from './models.js';

export interface Settings {
  attenuationLimitDb: number;
  level: Level;
  model: ModelChoice;
}

/** The slider's last position stands for this: the library's value for no limit. */
const kNoLimitDb = 100;

export class SettingsForm {
  /** Called when the visitor has settled on other values. */
  onchange: (settings: Settings, changed: keyof Settings) => void = () => {};
  /** Called while a slider moves; live sound follows at once. */
  oninput: (settings: Settings) => void = () => {};

  private readonly attenuation = input('attenuation');
  private readonly level = select('level');
  private readonly gain = input('level-gain');
  private readonly model = select('model');

  constructor() {
    this.model.replaceChildren(...models.map((model) => new Option(modelTitle(model), model.file)));
    this.attenuation.addEventListener('input', () => {
      this.show();
      this.oninput(this.value);
    });
    this.attenuation.addEventListener('change', () => this.onchange(this.value, 'attenuationLimitDb'));
    for (const control of [this.level, this.gain]) {
      control.addEventListener('change', () => {
        // What is used is what is seen, also after a number outside the range, or none.
        this.gain.value = String(this.gainDb);
        this.show();
        this.oninput(this.value);
        this.onchange(this.value, 'level');
      });
    }
    this.model.addEventListener('change', () => this.onchange(this.value, 'model'));
    this.show();
  }

  get value(): Settings {
    const slider = Number(this.attenuation.value);
    return {
      attenuationLimitDb: slider >= Number(this.attenuation.max) ? kNoLimitDb : slider,
      level: this.level.value === 'fixed' ? this.gainDb : (this.level.value as 'auto' | 'keep'),
      model: models.find((model) => model.file === this.model.value) ?? models[0],
    };
  }

  private get gainDb(): number {
    return Math.min(Math.max(Number(this.gain.value), Number(this.gain.min)), Number(this.gain.max));
  }

  private show(): void {
    const { attenuationLimitDb } = this.value;
    const text = attenuationLimitDb === kNoLimitDb ? 'no limit' : `${attenuationLimitDb} dB`;
    say(part('attenuation-value'), text);
    this.attenuation.setAttribute('aria-valuetext', text);
    part('level-gain-row').hidden = this.level.value !== 'fixed';
  }
}
