const fields = [...document.querySelectorAll("input[name]")];
const sheet = JSON.parse(document.getElementById("sheet").textContent);
const kept = "glassnet " + sheet.text.split("\n", 1)[0];

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
  const text = sheet.text.replace(/^- (\S+) = ____$/gm, (line, name) =>
    written.get(name) ? `- ${name} = ${written.get(name)}` : line);
  const link = document.createElement("a");
  link.href = "data:text/markdown;charset=utf-8," + encodeURIComponent(text);
  link.download = sheet.name;
  link.click();
});
count();
