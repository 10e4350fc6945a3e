// Dark and light: as the system has it, until the visitor switches.

import { button } from './dom.js';

const kKey = 'deepfilter-theme';
type Theme = 'dark' | 'light';

/** Storage may be forbidden; then the choice lasts as long as the page. */
function stored(): string | null {
  try {
    return localStorage.getItem(kKey);
  } catch {
    return null;
  }
}

function store(theme: Theme | null): void {
  try {
    if (theme) localStorage.setItem(kKey, theme);
    else localStorage.removeItem(kKey);
  } catch {
    // See above.
  }
}

/** `changed` is called whenever the colours are others. */
export function setUpTheme(changed: () => void): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const toggle = button('theme');
  const systemTheme = (): Theme => (system.matches ? 'dark' : 'light');
  const saved = stored();
  let chosen: Theme | null = saved === 'dark' || saved === 'light' ? saved : null;

  const show = (): void => {
    if (chosen) document.documentElement.dataset.theme = chosen;
    else delete document.documentElement.dataset.theme;
    toggle.setAttribute('aria-pressed', String((chosen ?? systemTheme()) === 'dark'));
    changed();
  };
  toggle.addEventListener('click', () => {
    const next: Theme = (chosen ?? systemTheme()) === 'dark' ? 'light' : 'dark';
    chosen = next === systemTheme() ? null : next;
    store(chosen);
    show();
  });
  system.addEventListener('change', show);
  show();
}
