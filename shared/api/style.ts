/**
 * The look of the pages: one style sheet, embedded in each page. The page's content security policy names its hash,
 * so that no other style can apply.
 */
import { createHash } from 'node:crypto';

/** The style sheet. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1d2327; --soft: #5a6469; --line: #dcdad3;
  --accent: #0b6470; --accent-ink: #ffffff; --tint: #e6f0f0; --note: #fff4d6; --note-line: #dcb64c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14191c; --card: #1b2226; --ink: #e4e8ea; --soft: #9fabb1; --line: #333d43;
    --accent: #6cc5cf; --accent-ink: #0d1517; --tint: #20343a; --note: #362d14; --note-line: #8a7430;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.62 "Source Sans 3", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
a { overflow-wrap: anywhere; color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: .06em; }
a:hover { text-decoration-thickness: .14em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -99rem; padding: .5rem 1rem; background: var(--accent); color: var(--accent-ink); }
.skip:focus { left: 1rem; top: .5rem; z-index: 1; }
.bar { border-bottom: 1px solid var(--line); background: var(--card); }
.bar > div, main, .foot > div { max-width: 50rem; margin: 0 auto; padding: 0 1.25rem; }
.bar > div { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; padding-block: .7rem; }
.bar .home { font-weight: 650; color: var(--ink); text-decoration: none; letter-spacing: -.005em; }
.bar .home:hover { text-decoration: underline; }
.bar .aside { margin-left: auto; color: var(--soft); font-size: .9rem; }
main { padding-block: 2.25rem 3.5rem; }
h1, h2, h3, h4 { line-height: 1.25; letter-spacing: -.012em; text-wrap: balance; overflow-wrap: anywhere; }
h1 { margin: 0 0 .75rem; font-size: clamp(1.55rem, 1.2rem + 1.6vw, 2.1rem); font-weight: 680; }
h2 { margin: 2.6rem 0 .7rem; font-size: 1.3rem; font-weight: 650; }
h3 { margin: 1.9rem 0 .5rem; font-size: 1.06rem; font-weight: 650; }
p, ul, ol { margin: 0 0 1rem; }
ul, ol { padding-left: 1.3rem; }
main p, main li, main summary { overflow-wrap: anywhere; }
.evidence > div { margin: .5rem 0 0 1.1rem; }
.evidence > div > details { margin: .25rem 0; }
li { margin: .3rem 0; }
li::marker { color: var(--soft); }
code { font: .875em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; background: var(--tint); border-radius: .25rem; padding: .08em .32em; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: .9rem 1rem; background: var(--tint); border-radius: .5rem; }
pre code { padding: 0; background: none; }
blockquote { margin: 0 0 1rem; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
.eyebrow { margin: 0 0 .5rem; color: var(--soft); font-size: .95rem; font-variant-numeric: tabular-nums; }
.eyebrow strong { color: var(--ink); font-weight: 620; }
.origin { margin: 1.4rem 0 0; padding: .85rem 1.05rem; border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: .35rem; background: var(--card); font-size: .95rem; line-height: 1.5; }
.origin p { margin: 0; }
.origin p + p { margin-top: .3rem; color: var(--soft); }
.origin .note { margin: .6rem -.25rem 0; padding: .4rem .6rem; border: 1px solid var(--note-line); border-radius: .3rem; background: var(--note); color: var(--ink); }
.links { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; margin: 1rem 0 0; padding: 0; list-style: none; font-size: .95rem; }
.links li { margin: 0; }
.chips { display: flex; flex-wrap: wrap; gap: .45rem; margin: 0; padding: 0; list-style: none; }
.chips li { margin: 0; }
.chips a { display: block; padding: .2rem .75rem; border: 1px solid var(--line); border-radius: 99rem; background: var(--card); text-decoration: none; font-size: .95rem; }
.chips a:hover { border-color: var(--accent); background: var(--tint); }
.scroll { overflow-x: auto; margin: 0 0 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
table { width: 100%; border-collapse: collapse; font-size: .93rem; line-height: 1.5; }
th, td { padding: .6rem .9rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.date { white-space: nowrap; }
td .path { overflow-wrap: anywhere; min-width: 12rem; }
td ul { margin: 0; padding: 0; list-style: none; }
td details ul { margin-top: .3rem; }
summary { cursor: pointer; color: var(--accent); }
.soft { color: var(--soft); }
time { white-space: nowrap; }
form.search { margin: 1.3rem 0 1.6rem; padding: 1.1rem 1.1rem .9rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
.words { display: grid; grid-template-columns: 1fr auto; gap: 0 .7rem; }
.words label { grid-column: 1 / -1; }
form.search details { margin-top: .7rem; font-size: .95rem; }
.filters { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .8rem 1rem; padding: .7rem 0 .3rem; }
label { display: block; margin-bottom: .2rem; font-size: .88rem; font-weight: 600; color: var(--soft); }
input, button { width: 100%; font: inherit; color: inherit; }
input { padding: .5rem .7rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--paper); }
input::placeholder { color: var(--soft); opacity: .8; }
button { width: auto; padding: .5rem 1.5rem; border: 0; border-radius: .4rem; background: var(--accent); color: var(--accent-ink); font-weight: 620; cursor: pointer; }
button:hover { filter: brightness(1.1); }
.entries { margin: 0; padding: 0; list-style: none; }
.entries > li { margin: 0; padding: 1.15rem 0; border-top: 1px solid var(--line); }
.entries h2 { margin: 0 0 .25rem; font-size: 1.1rem; text-wrap: wrap; }
.entries .eyebrow { margin-bottom: .15rem; }
.entries h2 a { text-decoration: none; }
.entries h2 a:hover { text-decoration: underline; }
.entries p { margin: 0; font-size: .95rem; line-height: 1.5; }
.pages { display: flex; justify-content: space-between; margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.foot { border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem; }
.foot > div { padding-block: 1.2rem 2rem; }
.order { display: flex; align-items: center; gap: .6rem; margin-top: .7rem; }
.order label { margin: 0; }
select { padding: .35rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--paper); color: inherit; font: inherit; font-size: .95rem; }
.facets { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .9rem 1.2rem; padding: .8rem 0; }
fieldset { min-width: 0; margin: 0; padding: 0; border: 0; }
legend { padding: 0; margin-bottom: .2rem; font-size: .88rem; font-weight: 650; }
.facets label { display: flex; gap: .45rem; align-items: baseline; margin: 0; padding: .14rem 0; color: var(--ink); font-weight: 400; font-size: .93rem; line-height: 1.35; }
.facets input { width: auto; flex: none; accent-color: var(--accent); }
.facets .count { margin-left: auto; color: var(--soft); font-variant-numeric: tabular-nums; }
.chosen { margin-bottom: 1rem; }
.badge { padding: .02rem .5rem; border: 1px solid var(--line); border-radius: 99rem; font-size: .8rem; }
.found { margin-top: .3rem; }
mark { background: var(--note); color: inherit; border-radius: .2rem; padding: 0 .1em; }
.glance { display: flex; flex-wrap: wrap; margin: 1.4rem 0; overflow: hidden; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
.glance > div { flex: 1 1 8.5rem; margin: 0 -1px -1px 0; padding: .65rem .85rem; border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.glance dt { color: var(--soft); font-size: .85rem; }
.glance dd { margin: 0; font-weight: 620; overflow-wrap: anywhere; line-height: 1.35; }
p.note { padding: .5rem .8rem; border: 1px solid var(--note-line); border-radius: .3rem; background: var(--note); }
.picture { margin: 0 0 1.4rem; }
.picture svg { display: block; width: 100%; height: auto; font-size: 14px; }
.picture text { fill: var(--ink); }
.picture .mark { fill: var(--accent); }
.picture .axis { stroke: var(--line); }
.picture figcaption { margin-top: .35rem; color: var(--soft); font-size: .92rem; }
.similar li { margin: .55rem 0; }
pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; line-height: 1.5; }
@media (max-width: 34rem) {
  body { font-size: 1rem; }
  .filters { grid-template-columns: 1fr; }
  main { padding-block: 1.5rem 2.5rem; }
  .bar .aside { margin-left: 0; }
  .words { grid-template-columns: 1fr; gap: .6rem 0; }
  .picture svg { font-size: 25px; }
}
@media print { .bar, .foot, .links, form.search { display: none; } body { background: none; } }
`;

/** The content security policy: a page may only apply this style and send its search form, without any script. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
