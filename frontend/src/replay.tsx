// The worked example within a page of the book: its steps and its numbers, from a record that stands
// there. Nothing is asked of anybody.
import { render } from "preact";
import base from "@templates/base.css?inline";
import walk from "@templates/walk.css?inline";
import { recordHost } from "./host/record";
import { followWidth } from "./parts/screen";
import { Shown } from "./scenes/worked/shown";
import { ShownState } from "./scenes/worked/state";
import { Strip, Time } from "./scenes/worked/time";
import studio from "./style/studio.css?inline";
import worked from "./style/worked.css?inline";
import { Talk } from "./talk";

function Replay({ s }: { s: ShownState }) {
  if (!s.reading.value) return null;
  const key = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey || (event.target as HTMLElement).matches("input, select")) return;
    s.go(s.here + by);
    event.preventDefault();
  };
  return (
    <div class="studio-body"><div class="frame"><div class="within">
      <div class="worked" onKeyDown={key}>
        <Time s={s} />
        <Strip s={s} />
        <Shown s={s} />
      </div>
    </div></div></div>
  );
}

const night = matchMedia("(prefers-color-scheme: dark)");

/** Light or dark as the book is, which has a switch of its own, and not as the system. */
function follow(host: HTMLElement, sheet: CSSStyleSheet): void {
  const dark = [...sheet.cssRules].filter((rule) => rule instanceof CSSMediaRule && rule.conditionText.includes("prefers-color-scheme: dark"));
  const turn = () => {
    const chosen = document.body.dataset["theme"];
    const isDark = chosen === "dark" || (chosen !== "light" && night.matches);
    host.style.colorScheme = isDark ? "dark" : "light";
    for (const rule of dark as CSSMediaRule[]) rule.media.mediaText = isDark ? "screen" : "not all";
  };
  turn();
  night.addEventListener("change", turn);
  new MutationObserver(turn).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
}

async function show(place: HTMLElement): Promise<void> {
  const records = JSON.parse(place.querySelector("script")!.textContent!);
  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = [base, walk, studio, worked, ".within { padding-block: .9rem; }"].join("\n");
  const root = document.createElement("div");
  shadow.append(style, root);
  place.prepend(host);
  place.classList.add("replays");
  const s = new ShownState(new Talk(recordHost(records)));
  await s.open("worked.open");
  const begin = s.reading.peek()!.stages.findIndex((stage: { array: string }) => stage.array === place.dataset["begin"]);
  s.go(Math.max(begin, 0));
  render(<Replay s={s} />, root);
  followWidth(root);
  follow(host, style.sheet!);
}

const all = () => document.querySelectorAll<HTMLElement>(".studio-replay").forEach((place) => void show(place));
if (document.readyState === "loading") addEventListener("DOMContentLoaded", all);
else all();
