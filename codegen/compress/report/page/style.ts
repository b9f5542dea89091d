import { Markup } from "../../../bench/profile/html.js";

/** What this page has beside the style of profiles. */
export const reportStyle = new Markup(`
h2 { margin: 40px 0 10px; font-size: 18px; font-weight: 650; }
p.hint { margin: 0 0 14px; color: var(--soft); font-size: 13px; max-width: 90ch; }
.whole { --hue: 212; }
.alone { --hue: 38; }
td.bar div + div { margin-top: 2px; }
td.bar div { height: 8px; }
thead th.bar { text-align: left; }
.legend.top { margin: 0 0 10px; }
.charts { display: flex; flex-wrap: wrap; gap: 24px; }
.charts figure { margin: 0; flex: 1 1 420px; }
figcaption { color: var(--soft); font-size: 12px; margin-bottom: 4px; }
svg { display: block; width: 100%; height: auto; background: var(--pane); border: 1px solid var(--line); border-radius: 4px; }
svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
svg text.mark { fill: var(--ink); }
svg .grid { stroke: var(--line); }
svg .dot { fill: hsl(212 60% var(--light)); }
svg .curve { fill: none; stroke: hsl(var(--hue) 60% var(--light)); stroke-width: 2; }
svg .curve circle { fill: hsl(var(--hue) 60% var(--light)); stroke: none; }
svg .chosen { fill: hsl(140 55% var(--light)); }
td.histogram { width: 132px; }
th.left { text-align: left; }
.histogram svg { width: 112px; border-radius: 3px; }
.histogram .bin { fill: hsl(212 55% var(--light)); }
.histogram .outside { fill: hsl(0 65% var(--light)); }
.histogram .range { fill: hsl(140 55% var(--light)); opacity: 0.25; }
.histogram .edge { stroke: hsl(140 55% var(--light)); stroke-width: 1.5; }
.histogram small { color: var(--soft); display: block; text-align: left; }
`);
