#include "cli/report/report_page.h"

namespace dfn {

// Colours are named for their use; each theme has a contrast of at least 4.5 to 1 for text and 3 to 1
// for lines. The three gutters of a plot are the same in all, so that one time has one place.
const char* const kReportStyle = R"(:root {
  --page: #fff; --text: #1b1b1f; --quiet: #55565e; --line: #85868e; --grid: #d9d9de; --panel: #f4f4f6;
  --before: #8f9099; --after: #a3237f; --head: #00a5d6; --focus: #0a58ca; --at: 0;
  --left: 2.9rem; --right: 2.9rem;
  font: 100%/1.45 system-ui, sans-serif; color: var(--text); background: var(--page);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #17171b; --text: #ececf1; --quiet: #aeafb9; --line: #7d7e88; --grid: #3a3a42; --panel: #212127;
    --before: #8c8d97; --after: #f08cd0; --head: #4fd2ff; --focus: #86b7ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 1rem 2rem; max-width: 80rem; }
h1 { font-size: 1.35rem; margin: 1rem 0 .5rem; overflow-wrap: anywhere; }
a { color: var(--focus); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.player {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center;
  padding: .5rem .75rem; background: var(--panel); border: 1px solid var(--line); border-radius: .4rem;
}
.player[hidden] { display: none; }
.player button { font: inherit; min-width: 4.5rem; min-height: 2.2rem; cursor: pointer; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; gap: .9rem; align-items: center; }
legend { float: left; padding: 0; line-height: 1.6rem; }
.player label { display: flex; gap: .35rem; align-items: center; min-height: 1.6rem; }
.player .time { flex: 1 1 14rem; }
.player .time input { flex: 1; min-width: 6rem; accent-color: var(--focus); }
#clock { font-variant-numeric: tabular-nums; min-width: 7.5rem; }
#said { margin: 0; flex-basis: 100%; font-size: .85rem; color: var(--quiet); }
.keys, .note { font-size: .85rem; color: var(--quiet); }
.note { margin: .5rem 0 0; }
.panel { margin: 1rem 0 0; break-inside: avoid; }
figcaption span { font-size: .85rem; color: var(--quiet); }
.key { display: inline-block; width: .9em; height: .7em; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
i.before { background: var(--before); }
i.after { background: var(--after); }
.plot {
  display: grid; grid-template-columns: var(--left) minmax(0, 1fr) var(--right);
  font-size: .8rem; color: var(--quiet); font-variant-numeric: tabular-nums;
}
.y, .beside, .field { position: relative; height: 7rem; }
#before .y, #before .beside, #before .field, #after .y, #after .beside, #after .field,
#removed .y, #removed .beside, #removed .field { height: 11rem; }
.field { border: 1px solid var(--line); overflow: hidden; }
.playable .field { cursor: crosshair; }
.field img, .field svg { display: block; width: 100%; height: 100%; }
.field img { image-rendering: auto; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.head {
  position: absolute; top: 0; bottom: 0; left: calc(var(--at) * 100%); width: 2px; margin-left: -1px;
  background: var(--head); box-shadow: 0 0 0 1px rgb(0 0 0 / .55); pointer-events: none; display: none;
}
.playable .head { display: block; }
.y span, .beside span { position: absolute; line-height: 1; transform: translateY(50%); white-space: nowrap; }
.y span { right: .35rem; }
.beside span { left: 1.25rem; }
.bar { position: absolute; left: .45rem; top: 0; bottom: 0; width: .6rem; border: 1px solid var(--line);
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.x { grid-column: 2; position: relative; height: 1.3rem; }
.x span { position: absolute; top: .2rem; transform: translateX(-50%); }
.unit { padding: .15rem 0 0 .45rem; }
.grid { stroke: var(--grid); fill: none; }
.curve { stroke: var(--after); fill: none; stroke-width: 1.5; }
path { vector-effect: non-scaling-stroke; }
svg .before { fill: var(--before); }
svg .after { fill: var(--after); }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding: .25rem 0; }
th, td { border-top: 1px solid var(--grid); padding: .25rem 1rem .25rem 0; text-align: right; vertical-align: top; }
th:first-child, .facts td, td.text { text-align: left; }
tbody th { font-weight: normal; }
.facts td { overflow-wrap: anywhere; }
summary { cursor: pointer; margin-top: 1rem; }
@media (max-width: 40rem) {
  body { padding: 0 .6rem 2rem; }
  :root { --left: 2.3rem; --right: 2.6rem; }
  .x .odd { display: none; }
  .y, .beside, .field { height: 5.5rem; }
  #before .y, #before .beside, #before .field, #after .y, #after .beside, #after .field,
  #removed .y, #removed .beside, #removed .field { height: 8rem; }
  #clock { min-width: 0; }
}
@media (forced-colors: active) {
  .field, .bar { border-color: CanvasText; }
  .field img, .bar, .key, svg .before, svg .after { forced-color-adjust: none; }
  .head { background: Highlight; forced-color-adjust: none; }
  .curve { stroke: CanvasText; }
  .grid { stroke: GrayText; }
}
@media (prefers-contrast: more) {
  :root { --quiet: var(--text); --line: var(--text); }
}
@media print {
  :root { --page: #fff; --text: #000; --quiet: #333; --line: #666; --grid: #ccc; --before: #999; --after: #a3237f; color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .player, .note, noscript, .head { display: none !important; }
  .y, .beside, .field { height: 3.2cm; }
  #before .y, #before .beside, #before .field, #after .y, #after .beside, #after .field,
  #removed .y, #removed .beside, #removed .field { height: 4.4cm; }
  .wide { overflow: visible; break-inside: avoid; }
}
)";

}  // namespace dfn
