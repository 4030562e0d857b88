"""The frame, the style and the script of a worksheet's page."""

PAGE = """<!doctype html>
{mark}
{head}
<body>
{body}
{end}
</body>
</html>
"""

STYLE = """
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.1rem 3rem; max-width: 52rem; background: var(--ground);
  color: var(--ink); line-height: 1.5;
  font-family: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: clamp(1.5rem, 5vw, 2rem); line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.12rem; line-height: 1.3; margin: 1.6rem 0 .2rem; }
p { margin: .2rem 0 .6rem; max-width: 44rem; }
section p { color: var(--muted); }
section .value { color: var(--ink); margin: .7rem 0 .2rem; font-variant-numeric: tabular-nums; }
.who { display: none; }
.wide { overflow-x: auto; margin: .8rem 0; }
.picture svg { display: block; max-width: 100%; min-width: 24rem; height: auto;
  margin: 0 auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem 1.1rem .25rem 0; border-bottom: 1px solid var(--rule); text-align: left;
  white-space: nowrap; }
th { font-weight: 500; color: var(--muted); }
.fields { display: grid; gap: .5rem 1rem; max-width: calc(var(--across) * 17rem);
  grid-template-columns: repeat(auto-fill, minmax(14.5rem, 1fr)); }
label { display: flex; align-items: baseline; gap: .5rem; }
label span { flex: none; min-width: 7.9rem; text-align: right; white-space: nowrap; }
label span, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  font-size: .95em; }
input { font: inherit; color: inherit; background: var(--field); border: 1px solid var(--edge);
  border-radius: 6px; padding: .3rem .5rem; width: 100%; min-width: 0; }
button { font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent);
  border: 1px solid var(--accent); border-radius: 8px; padding: .5rem 1rem; margin-right: .5rem;
  cursor: pointer; }
button.plain { color: inherit; background: none; border-color: var(--edge); font-weight: 400; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
footer { border-top: 1px solid var(--rule); margin-top: 2rem; padding-top: 1rem; }
code { overflow-wrap: anywhere; }
@media print {
  :root { color-scheme: light; }
  body { padding: 0; max-width: none; font-size: 10.5pt; }
  footer, noscript { display: none; }
  h2 { margin-top: 1rem; }
  h2, section p { break-after: avoid; }
  section { break-inside: avoid; }
  .picture svg { max-height: 7.5cm; }
  .fields { grid-template-columns: repeat(var(--across), 1fr); gap: .55rem 1rem;
    max-width: calc(var(--across) * 6.1cm); }
  label span { min-width: 2.6cm; }
  input { border: 0; border-bottom: 1px solid #000; border-radius: 0; background: none; }
  .who { display: flex; gap: .5rem; margin: .6rem 0 1rem; color: inherit; max-width: none; }
  .who span { flex: 1; border-bottom: 1px solid #000; }
}
"""

SCRIPT = """
const fields = [...document.querySelectorAll("input[name]")];
const sheet = JSON.parse(document.getElementById("sheet").textContent);
const kept = "glassnet " + sheet.split("\\n", 1)[0];

function count() {
  const filled = fields.filter((field) => field.value.trim()).length;
  document.getElementById("count").textContent = `${filled} of ${fields.length} filled in.`;
}
function keep() {  // so that a reload loses nothing; some browsers refuse it for a local file
  try {
    sessionStorage.setItem(kept, JSON.stringify(fields.map((field) => field.value)));
  } catch {}
}
try {
  const values = JSON.parse(sessionStorage.getItem(kept)) ?? [];
  fields.forEach((field, k) => { field.value = values[k] ?? ""; });
} catch {}

fields.forEach((field, k) => {
  field.addEventListener("input", () => { count(); keep(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") (fields[k + 1] ?? document.getElementById("save")).focus();
    if (event.key === "Enter") event.preventDefault();
  });
});
document.getElementById("print").addEventListener("click", () => window.print());
document.getElementById("save").addEventListener("click", () => {
  const written = new Map(fields.map((field) => [field.name, field.value.trim()]));
  const text = sheet.replace(/^- (\\S+) = ____$/gm, (line, name) =>
    written.get(name) ? `- ${name} = ${written.get(name)}` : line);
  const link = document.createElement("a");
  link.href = "data:text/markdown;charset=utf-8," + encodeURIComponent(text);
  link.download = NAME;
  link.click();
});
count();
"""
