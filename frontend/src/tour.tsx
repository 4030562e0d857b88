// A first visit: a minute, a step a thing, each shown where it is.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { App, SceneName } from "./app";
import { still } from "./parts/screen";
import { words } from "./words";

const t = words.tour;

const FAR = 18; // pixels from what is shown to the card that tells of it

/** Where the card stands: below what it tells of, above it, or at its side; it covers none of it. */
function beside(hole: DOMRect, wide: number, high: number): Record<string, number | string> {
  const within = (v: number, size: number, all: number) => Math.min(Math.max(v, 12), Math.max(all - size - 12, 12));
  const left = within(hole.left + hole.width / 2 - wide / 2, wide, innerWidth);
  const top = within(Math.max(hole.top, 0) + Math.min(hole.height, innerHeight) / 2 - high / 2, high, innerHeight);
  const free = { bottom: "auto", transform: "none" };
  if (hole.bottom + FAR + high < innerHeight) return { ...free, left, top: hole.bottom + FAR };
  if (hole.top - FAR - high > 0) return { ...free, left, top: hole.top - FAR - high };
  if (hole.right + FAR + wide < innerWidth) return { ...free, left: hole.right + FAR, top };
  if (hole.left - FAR - wide > 0) return { ...free, left: hole.left - FAR - wide, top };
  return { left: within(innerWidth, wide, innerWidth), transform: "none" };
}

export function Tour({ app }: { app: App }) {
  const at = useSignal(0);
  const box = useSignal<DOMRect | null>(null);
  const dialog = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement as HTMLElement | null);
  const step = t.steps[at.value]!;
  const last = t.steps.length - 1;
  useEffect(() => {
    if (app.scene.peek() !== step.scene) app.go(step.scene as SceneName);
    let tries = 0;
    const find = () => {
      const target = app.root.querySelector<HTMLElement>(`[data-tour="${step.at}"]`);
      if (!target) {
        if (tries++ < 40) clock = window.setTimeout(find, 100);
        return;
      }
      target.scrollIntoView({ block: target.offsetHeight > innerHeight * 0.6 ? "start" : "center", behavior: still.value ? "auto" : "smooth" });
      const place = () => (box.value = target.getBoundingClientRect());
      place();
      follow = window.setInterval(place, 100);
    };
    let clock = window.setTimeout(find, 50);
    let follow = 0;
    dialog.current?.querySelector<HTMLElement>(".on")?.focus();
    return () => {
      clearTimeout(clock);
      clearInterval(follow);
      box.value = null;
    };
  }, [at.value]);
  const end = () => {
    app.touring.value = false;
    before.current?.focus();
  };
  const on = () => (at.value === last ? end() : void at.value++);
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape") end();
    else if (event.key === "ArrowRight") on();
    else if (event.key === "ArrowLeft") at.value = Math.max(0, at.value - 1);
    else if (event.key !== "Tab") return;
    else {
      const all = [...dialog.current!.querySelectorAll<HTMLElement>("button")];
      const n = all.indexOf(event.target as HTMLElement);
      all[(n + (event.shiftKey ? all.length - 1 : 1)) % all.length]!.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const hole = box.value;
  const place = hole && dialog.current ? beside(hole, dialog.current.offsetWidth, dialog.current.offsetHeight) : {};
  return (
    <div class="tour">
      {hole && <i class="hole" style={{ left: hole.left - 6, top: hole.top - 6, width: hole.width + 12, height: hole.height + 12 }} />}
      <div ref={dialog} class="tour-card" style={place} role="dialog" aria-modal="true" aria-labelledby="tour-title" aria-describedby="tour-text" onKeyDown={key}>
        <p class="place">{t.place(at.value + 1, t.steps.length)}</p>
        <h2 id="tour-title">{step.title}</h2>
        <p id="tour-text" aria-live="polite">{step.says}</p>
        <div class="row">
          <button type="button" disabled={at.value === 0} onClick={() => at.value--}>{t.back}</button>
          <button type="button" class="strong on" onClick={on}>{at.value === last ? t.done : t.on}</button>
          {at.value < last && <button type="button" class="plain" onClick={end}>{t.end}</button>}
        </div>
      </div>
    </div>
  );
}
