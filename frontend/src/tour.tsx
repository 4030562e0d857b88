// A first visit: a minute, a step a thing, each shown where it is.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { App, SceneName } from "./app";
import { still } from "./parts/screen";
import { words } from "./words";

const t = words.tour;

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
  const card = dialog.current?.offsetHeight ?? 220;
  const below = hole && hole.bottom + card + 24 < innerHeight;
  const above = hole && !below && hole.top > card + 24;
  const place = below ? { top: hole.bottom + 16, bottom: "auto" } : above ? { top: hole.top - card - 20, bottom: "auto" } : {};
  return (
    <div class="tour">
      {hole && <i class="hole" style={{ left: hole.left - 6, top: hole.top - 6, width: hole.width + 12, height: hole.height + 12 }} />}
      <div ref={dialog} class={`tour-card ${hole && !below && !above ? "aside" : ""}`} style={place} role="dialog" aria-modal="true" aria-labelledby="tour-title" aria-describedby="tour-text" onKeyDown={key}>
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
