"""How a report looks: in light and in dark, on a phone, on a wide screen, on paper."""

from typing import Final

STYLE: Final = """
:root {
  color-scheme: light dark;
  --page: #f4f6f8; --sheet: #fff; --ink: #16202b; --soft: #52606d; --line: #d5dce3; --rail: #e8edf2; --ground: #f0f4f7;
  --blue: #1a62d4; --exact: #174f99; --probable: #4189dd; --ambiguous: #b8730a; --none: #8a949e; --failed: #b3261e;
  --some: #a9c8f0; --most: #4d8ee0; --all: #12458f; --hollow: #7d4a00;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --sheet: #19212a; --ink: #e8edf2; --soft: #a3b1bf; --line: #33404d; --rail: #27313c;
    --ground: #141b22; --blue: #6cabff; --exact: #3d84e0; --probable: #9ccaff; --ambiguous: #e0a03c; --none: #7d8893;
    --failed: #f0736a; --some: #2b5288; --most: #4d8ee0; --all: #b4d6ff; --hollow: #e0a03c;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto,
  "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
main, header, footer { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 36px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 6px; text-wrap: balance; }
h2 { font-size: 1.25rem; margin: 0 0 4px; }
h3 { font-size: 1rem; margin: 24px 0 4px; }
p { margin: 0 0 12px; max-width: 75ch; }
a { color: var(--blue); }
.soft, footer, figcaption span { color: var(--soft); }
.notice { border: 1px solid var(--ambiguous); border-left-width: 5px; border-radius: 6px; padding: 8px 14px; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 22px 24px;
  margin: 20px 0; }
nav ul, .key, .legend { list-style: none; padding: 0; margin: 12px 0; display: flex; flex-wrap: wrap; gap: 6px 18px; }
.key { display: grid; grid-template-columns: repeat(4, 1fr); gap: 14px; margin: 20px 0; }
.key li { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px; }
.key b { display: block; font-size: 1.9rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.legend li { display: flex; align-items: center; gap: 6px; font-size: .875rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; margin: 12px 0 4px; }
th, td { text-align: left; vertical-align: top; padding: 7px 10px; border-bottom: 1px solid var(--line);
  unicode-bidi: isolate; }
thead th { font-size: .8125rem; color: var(--soft); font-weight: 600; vertical-align: bottom; overflow-wrap: normal; }
tbody th { font-weight: 500; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bars { table-layout: fixed; }
.bars .n { width: 7.5em; }
.name { white-space: nowrap; }
.bar { width: 30%; vertical-align: middle; }
.bar svg, .whole { display: block; width: 100%; height: 12px; border-radius: 3px; background: var(--rail); }
.whole { height: 26px; margin: 14px 0; }
.bar rect { fill: var(--blue); }
.whole rect { stroke: var(--sheet); stroke-width: 2px; vector-effect: non-scaling-stroke; }
.swatch { display: inline-block; width: 12px; height: 12px; margin-right: 8px; }
.exact { fill: var(--exact); } .probable { fill: var(--probable); } .ambiguous { fill: var(--ambiguous); }
.nothing { fill: var(--none); } .failed { fill: var(--failed); }
.maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 24px; }
figure { margin: 8px 0 0; max-width: 560px; min-width: 0; }
figcaption { font-size: .9375rem; margin-bottom: 6px; }
figcaption span { display: block; font-size: .875rem; }
.map { display: block; width: 100%; height: auto; }
.map text { font-size: 12px; fill: var(--soft); }
.map .told { fill: var(--ink); }
.ground { fill: var(--ground); }
.grid { stroke: var(--line); fill: none; }
.scale { stroke: var(--ink); stroke-width: 1.5; fill: none; }
.spot { stroke: var(--sheet); stroke-width: .8; fill-opacity: .9; }
.spot.none { fill: var(--ground); stroke: var(--hollow); stroke-width: 1.6; stroke-dasharray: 2.5 1.5; }
.spot.some { fill: var(--some); stroke: var(--most); } .spot.most { fill: var(--most); } .spot.all { fill: var(--all); }
.cases th:first-child { width: 5em; } .cases .n { width: 5em; }
.rows ul { margin: 0; padding: 0; list-style: none; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 40px; }
footer { font-size: .875rem; padding-bottom: 40px; }
@media (max-width: 720px) {
  main, header, footer { padding-left: 12px; padding-right: 12px; }
  section { padding: 16px 14px; }
  .key { grid-template-columns: 1fr 1fr; gap: 10px; }
  .key li { padding: 10px 12px; }
  .key b { font-size: 1.5rem; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  table { font-size: .875rem; }
  .wide { display: none; }
  thead th { font-size: .75rem; }
  th, td { padding: 6px 4px; }
  .bars .n { width: 5.4em; }
  .bar { width: 22%; }
  .rows thead { position: absolute; clip-path: inset(50%); }
  .rows tr, .rows th, .rows td, .rows tbody { display: block; border: 0; padding: 0; text-align: left; }
  .rows tr { border-bottom: 1px solid var(--line); padding: 9px 0; }
  .cases tbody th { color: var(--soft); }
  .rows td.wide { display: none; }
  .rows [data-name]::before { content: attr(data-name) " "; color: var(--soft); font-weight: 400; }
}
@media print {
  :root { --page: #fff; }
  body { font-size: 10.5pt; }
  section { border: 0; padding: 0; margin: 22px 0; }
  nav { display: none; }
  .maps { grid-template-columns: repeat(3, 1fr); gap: 14px; }
  tr, figure, .key li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  * { print-color-adjust: exact; }
}
"""
