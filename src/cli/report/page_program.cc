#include "cli/report/report_page.h"

namespace dfn {

// Both sounds are decoded piece by piece ahead of the playhead and always play together, each through
// a gain of its own of which one is 1: a switch is a change of two gains, so that nothing stops and no
// time passes. One clock, the audio context's, gives the place of both.
const char* const kReportProgram = R"('use strict';
(() => {
  const AHEAD = 8; // seconds that are decoded before they are heard
  const FADE = 0.01; // from one piece to the next
  const SWITCH = 0.003; // time constant of the change between before and after
  const NOTCHES = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 };
  const at = id => document.getElementById(id);
  const sound = JSON.parse(at('data').textContent);
  const sides = ['before', 'after'];
  const texts = {};
  for (const side of sides) {
    texts[side] = [...document.querySelectorAll(`script[data-side="${side}"]`)].map(script => script.textContent);
  }
  const count = texts.before.length;
  const player = at('player');
  const play = at('play');
  const seek = at('seek');
  let context = null;
  let gains = null;
  let side = 'before';
  let playing = false;
  let place = 0; // seconds, where it stands or where playing began
  let begun = 0; // the context's time at which it began there
  let run = 0; // number of the run that is playing; an older one schedules nothing more
  let next = 0; // the first piece that is not scheduled
  let filling = false;
  let sources = [];
  const decoded = new Map();

  const now = () => (playing ? Math.min(sound.kept, Math.max(place, place + context.currentTime - begun)) : place);
  const say = text => { at('said').textContent = text; };
  const clock = seconds => {
    const tenths = Math.round(seconds * 10);
    return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`;
  };

  function show() {
    const seconds = now();
    document.documentElement.style.setProperty('--at', String(seconds / sound.seconds));
    at('clock').textContent = `${clock(seconds)} of ${clock(sound.seconds)}`;
    seek.value = String(seconds);
    seek.setAttribute('aria-valuetext', `${seconds.toFixed(1)} of ${sound.seconds.toFixed(1)} seconds`);
    player.dataset.place = seconds.toFixed(4);
    player.dataset.side = side;
    player.dataset.playing = String(playing);
  }

  function decode(name, piece) {
    const key = `${name} ${piece}`;
    if (!decoded.has(key)) {
      const bytes = Uint8Array.from(atob(texts[name][piece]), letter => letter.charCodeAt(0));
      decoded.set(key, context.decodeAudioData(bytes.buffer));
    }
    return decoded.get(key);
  }

  // What lies far behind or ahead is decoded anew when it is needed.
  function forget(piece) {
    for (const key of decoded.keys()) {
      if (Math.abs(Number(key.split(' ')[1]) - piece) > 2) decoded.delete(key);
    }
  }

  function start(name, buffer, piece, from, when, until) {
    const source = context.createBufferSource();
    const fade = context.createGain();
    source.buffer = buffer;
    source.connect(fade).connect(gains[name]);
    const end = when + until - from;
    fade.gain.setValueAtTime(0, when);
    fade.gain.linearRampToValueAtTime(1, when + FADE);
    fade.gain.setValueAtTime(1, Math.max(when + FADE, end - FADE));
    fade.gain.linearRampToValueAtTime(0, Math.max(when + FADE, end));
    source.start(when, sound.lead + from - piece * sound.piece, until - from);
    sources.push(source);
    source.onended = () => { sources = sources.filter(other => other !== source); };
  }

  // Schedules the pieces that will be heard soon, both sides of each at once.
  async function fill() {
    if (filling || !playing) return;
    filling = true;
    const mine = run;
    try {
      while (mine === run && next < count && next * sound.piece < now() + AHEAD) {
        const piece = next;
        const buffers = await Promise.all(sides.map(name => decode(name, piece)));
        if (mine !== run) break;
        next = piece + 1;
        // A piece begins in the end of the one before it, which fades out meanwhile.
        let from = Math.max(piece * sound.piece - (piece > 0 ? FADE : 0), place);
        const until = Math.min((piece + 1) * sound.piece, sound.kept);
        const late = context.currentTime + 0.03 - (begun + from - place);
        if (late > 0) from += late;
        if (from < until) {
          sides.forEach((name, i) => start(name, buffers[i], piece, from, begun + from - place, until));
        }
        forget(piece);
      }
    } catch {
      pause();
      say('This browser cannot decode the sounds. Current versions of Chrome, Edge, Firefox and Safari can.');
    }
    filling = false;
    if (mine !== run) fill();
  }

  function stop() {
    run += 1;
    for (const source of sources) {
      source.onended = null;
      source.stop();
      source.disconnect();
    }
    sources = [];
  }

  function setGains(constant) {
    for (const name of sides) {
      gains[name].gain.setTargetAtTime(name === side ? 1 : 0, context.currentTime, constant);
    }
  }

  function open() {
    if (context) return;
    context = new AudioContext();
    gains = {};
    for (const name of sides) {
      gains[name] = context.createGain();
      gains[name].gain.value = name === side ? 1 : 0;
      gains[name].connect(context.destination);
    }
  }

  async function begin() {
    open();
    await context.resume();
    stop();
    if (place >= sound.kept - 0.01) place = 0;
    next = Math.min(Math.floor(place / sound.piece), count - 1);
    // Playing starts once there is something to play.
    const mine = run;
    try {
      await Promise.all(sides.map(name => decode(name, next)));
    } catch { /* fill tells of it */ }
    if (mine !== run) return;
    begun = context.currentTime + 0.05;
    playing = true;
    play.textContent = 'Pause';
    fill();
  }

  function pause() {
    place = now();
    playing = false;
    stop();
    play.textContent = 'Play';
    show();
  }

  function toggle() {
    if (playing) pause(); else begin();
  }

  function go(seconds) {
    const was = playing;
    if (was) pause();
    place = Math.min(sound.kept, Math.max(0, seconds));
    show();
    if (was) begin();
  }

  function choose(name) {
    side = name;
    document.querySelector(`input[name="side"][value="${name}"]`).checked = true;
    if (context) setGains(SWITCH);
    say(name === 'before' ? 'Before' : 'After');
    show();
  }

  function tick() {
    if (playing) {
      show();
      if (now() >= sound.kept) { pause(); place = sound.kept; } else fill();
    }
    requestAnimationFrame(tick);
  }

  play.addEventListener('click', toggle);
  for (const input of document.querySelectorAll('input[name="side"]')) {
    input.addEventListener('change', () => choose(input.value));
  }
  seek.addEventListener('input', () => go(Number(seek.value)));
  seek.addEventListener('keydown', event => {
    const notch = NOTCHES[event.key];
    if (!notch) return;
    event.preventDefault();
    go(now() + notch);
  });
  for (const field of document.querySelectorAll('.field')) {
    field.addEventListener('click', event => {
      const box = field.getBoundingClientRect();
      go((event.clientX - box.left) / box.width * sound.seconds);
    });
  }
  document.addEventListener('keydown', event => {
    if (!at('keys').checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === 'x' || event.key === 'X') {
      choose(side === 'before' ? 'after' : 'before');
    } else if (event.key === ' ' && !event.target.closest('button, input, summary, a')) {
      event.preventDefault();
      toggle();
    }
  });

  if (count > 0 && 'AudioContext' in globalThis) {
    player.hidden = false;
    document.documentElement.classList.add('playable');
    show();
    requestAnimationFrame(tick);
  }
})();
)";

}  // namespace dfn
