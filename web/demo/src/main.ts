// Puts the page together.

import { isSupported } from 'deepfilter';

import { canvas, part, say } from './dom.js';
import { FilePanel } from './file_panel.js';
import { LivePanel } from './live/panel.js';
import { kUnsupported } from './messages.js';
import { keepOffline } from './offline.js';
import { SettingsForm } from './settings.js';
import { drawLegend } from './spectrogram/draw.js';
import { setUpTabs } from './tabs.js';
import { setUpTheme } from './theme.js';

function start(): void {
  const settings = new SettingsForm();
  const file = new FilePanel(settings);
  const live = new LivePanel(settings);
  const redraw = (): void => {
    file.redraw();
    live.redraw();
  };
  settings.oninput = (values) => live.apply(values);
  settings.onchange = (values, changed) => {
    file.settingsChanged();
    if (changed === 'model') void live.restart();
    else live.apply(values);
  };
  drawLegend(canvas('legend'));
  drawLegend(canvas('live-legend'));
  setUpTabs(
    (tab) => {
      // The page opens with a sound, so that it shows at once what it does.
      if (tab === 'file' && file.empty) file.openSample();
      else if (tab === 'file') file.refresh();
      redraw();
    },
    (tab) => (tab === 'file' ? file.leave() : live.stop()),
  );
  setUpTheme(redraw);
  new ResizeObserver(redraw).observe(document.body);
}

part('starting').remove();
if (isSupported()) {
  part('app').hidden = false;
  start();
} else {
  setUpTheme(() => {});
  say(part('unsupported'), kUnsupported);
}
keepOffline();
