import { Markup } from "./html.js";

/** The page's style sheet. */
export const style = new Markup(`
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2430; --soft: #66707f; --line: #dfe3ea; --pane: #f5f7fa; --light: 58%; --fill: 90%; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181f; --ink: #e5e9f0; --soft: #98a2b3; --line: #2c3440; --pane: #1b212b; --light: 52%; --fill: 26%; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1180px; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
section + section { margin-top: 64px; border-top: 1px solid var(--line); padding-top: 32px; }
h1 { margin: 0; font-size: 26px; font-weight: 650; overflow-wrap: anywhere; }
h1 small { font-weight: 400; font-size: 20px; color: var(--soft); }
.note { margin: 4px 0 20px; color: var(--soft); max-width: 80ch; }
.warning { margin: -8px 0 20px; padding: 8px 14px; border-left: 4px solid hsl(38 90% 50%); background: var(--pane); }
.figures { display: flex; flex-wrap: wrap; gap: 12px; margin: 0 0 24px; }
.figures div { padding: 10px 14px; background: var(--pane); border: 1px solid var(--line); border-radius: 8px; min-width: 120px; }
dt { color: var(--soft); font-size: 12px; }
dd { margin: 0; font-size: 18px; font-weight: 600; font-variant-numeric: tabular-nums; }
fieldset { border: 0; margin: 0 0 8px; padding: 0; display: flex; gap: 16px; color: var(--soft); font-size: 13px; }
legend { float: left; padding: 0; margin-right: 16px; }
input { margin: 0 5px 0 0; vertical-align: -1px; }
.view { margin-bottom: 28px; }
section:has(input[value="time"]:checked) .equal, section:has(input[value="equal"]:checked) .time { display: none; }
.flame { overflow: hidden; margin-bottom: 10px; }
.row { position: relative; height: 30px; margin-bottom: 2px; }
.row.thin { height: 10px; }
.box { position: absolute; top: 0; height: 100%; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; border-radius: 3px; padding: 0 6px; line-height: 28px; font-size: 12px; background: hsl(var(--hue) 60% var(--fill)); border: 1px solid hsl(var(--hue) 55% var(--light)); }
.box:empty { padding: 0; }
.box:hover { outline: 2px solid var(--ink); z-index: 1; }
.run { background: var(--pane); border-color: var(--line); text-align: center; }
.garbage { --hue: 0; min-width: 2px; }
.memory { position: relative; height: 300px; background: var(--pane); border: 1px solid var(--line); border-radius: 4px; }
.caption { margin: 0 0 2px; font-size: 12px; color: var(--soft); }
.memory .box { top: auto; line-height: 18px; }
.input { --hue: 212; }
.output { --hue: 140; }
.between { --hue: 38; }
.state { --hue: 280; }
.axis { position: relative; height: 18px; margin-top: 4px; font-size: 12px; color: var(--soft); font-variant-numeric: tabular-nums; }
.axis span { position: absolute; transform: translateX(-50%); }
.axis span:first-child { transform: none; }
.axis span:last-child { transform: translateX(-100%); }
.unit { margin: 2px 0 0; text-align: center; font-size: 12px; color: var(--soft); }
.legend { display: flex; flex-wrap: wrap; gap: 18px; margin: -12px 0 28px; font-size: 12px; color: var(--soft); }
.legend i { display: inline-block; width: 12px; height: 12px; margin-right: 6px; vertical-align: -1px; border-radius: 3px; background: hsl(var(--hue) 60% var(--fill)); border: 1px solid hsl(var(--hue) 55% var(--light)); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { padding: 5px 10px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; font-weight: 400; }
thead th { color: var(--soft); font-size: 12px; }
tbody th, thead th[colspan] { text-align: left; }
tbody th { max-width: 320px; overflow: hidden; text-overflow: ellipsis; }
tbody td:first-child { color: var(--soft); padding-right: 0; width: 1px; }
.name { margin-left: 8px; color: var(--soft); font-size: 12px; }
td.bar { width: 26%; text-align: left; }
td.bar div { height: 14px; min-width: 1px; border-radius: 2px; background: hsl(var(--hue) 55% var(--light)); }
@media (max-width: 760px) { .bar, .name { display: none; } td, th { padding: 4px 5px; } }
`);
