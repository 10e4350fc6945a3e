// The two tabs, "Sound file" and "Live microphone", with the keys that users of tabs expect. The address remembers which
// one is shown.

import { button, part } from './dom.js';

export type Tab = 'file' | 'live';
const kTabs: Tab[] = ['file', 'live'];

/** `left` is called with the tab that is no longer shown, `shown` with the one that is. */
export function setUpTabs(shown: (tab: Tab) => void, left: (tab: Tab) => void): void {
  let current: Tab | null = null;

  const show = (tab: Tab): void => {
    if (tab === current) return;
    for (const each of kTabs) {
      const here = each === tab;
      button(`tab-${each}`).setAttribute('aria-selected', String(here));
      button(`tab-${each}`).tabIndex = here ? 0 : -1;
      part(`panel-${each}`).hidden = !here;
    }
    if (current) left(current);
    current = tab;
    shown(tab);
  };
  const choose = (tab: Tab): void => {
    history.replaceState(null, '', `#${tab}`);
    show(tab);
  };
  for (const tab of kTabs) {
    button(`tab-${tab}`).addEventListener('click', () => choose(tab));
    button(`tab-${tab}`).addEventListener('keydown', (event) => {
      const at = kTabs.indexOf(tab);
      const moves: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: kTabs.length - 1 };
      const to = moves[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const next = kTabs[(to + kTabs.length) % kTabs.length];
      choose(next);
      button(`tab-${next}`).focus();
    });
  }
  const fromAddress = (): Tab => (location.hash === '#live' ? 'live' : 'file');
  addEventListener('hashchange', () => show(fromAddress()));
  show(fromAddress());
}
