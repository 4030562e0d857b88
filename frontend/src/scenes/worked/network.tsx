// The drawing and the matrices: pointed at, dragged, and gone about by keys.
import { effect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { drawing } from "@templates/walk/drawing.js";
import { equation } from "@templates/walk/matrices.js";
import type { Reading } from "@templates/walk/record.js";
import { used } from "@templates/walk/text.js";
import { narrow } from "../../parts/screen";
import { fill } from "../../parts/fill";
import { words } from "../../words";
import { gradientOf, wayBack } from "./chain";
import type { WorkedState } from "./state";

const FAR = 3; // pixels from which on a press is a drag
const PIXEL = 0.01; // what a pixel adds

export function Drawing({ s }: { s: WorkedState }) {
  const [picture, acts] = useDrawn(s, (reading) => drawing(reading, narrow.value));
  return (
    <>
      <div class="picture" ref={picture} data-tour="picture" {...acts} />
      <p class="legend">
        <span><i class="plus" />{words.worked.above}</span>
        <span><i class="minus" />{words.worked.below}</span>
        <span><i class="now" />{words.worked.now}</span>
        <span><i class="lit" />{words.worked.lit}</span>
        <span><i class="way" />{words.worked.way}</span>
      </p>
    </>
  );
}

export function Matrices({ s }: { s: WorkedState }) {
  const [matrices, acts] = useDrawn(s, equation);
  return (
    <section aria-label={words.worked.matrices}>
      <h3 class="small">{words.worked.matrices}</h3>
      <div class="equation" ref={matrices} {...acts} />
    </section>
  );
}

/** What is drawn as text, anew whenever a number is another; and the hands upon it. */
function useDrawn(s: WorkedState, told: (reading: Reading) => string) {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => effect(() => draw(s, root.current!, told)), []);
  useEffect(() => effect(() => mark(s, root.current!)), []);
  const { onTouchMove, ...acts } = useMemo(() => handlers(s), []);
  useEffect(() => root.current!.addEventListener("touchmove", onTouchMove, { passive: false }), []);
  return [root, acts] as const;
}

/** Anew, as it is now; the number that has the keys keeps them. */
function draw(s: WorkedState, root: HTMLElement, told: (reading: Reading) => string): void {
  s.drawn.value;
  const reading = s.reading.value;
  if (!reading) return;
  const page = root.getRootNode() as Document | ShadowRoot;
  const active = page.activeElement?.closest?.<HTMLElement>(".num");
  const [held, group] = active && root.contains(active) ? [active.dataset["a"]!, labelOf(active)] : ["", ""];
  root.classList.toggle("quiet", s.moved.peek() !== null);
  const scrolled = root.scrollLeft;
  fill(root, told(reading));
  root.scrollLeft = scrolled;
  movable(s, root);
  for (const each of root.querySelectorAll("svg, table")) {
    const own = each.querySelector<HTMLElement>(`.num[data-a="${CSS.escape(s.at.peek())}"]`);
    const first = own ?? each.querySelector<HTMLElement>(".num");
    if (first) first.tabIndex = 0;
  }
  if (held) {
    const again = [...root.querySelectorAll<HTMLElement>(`.num[data-a="${CSS.escape(held)}"]`)];
    const same = again.find((each) => labelOf(each) === group) ?? again[0];
    (same ?? root.querySelector<HTMLElement>('[tabindex="0"]'))?.focus({ preventScroll: true });
  }
  mark(s, root);
}

const labelOf = (number: Element) => number.closest("svg, table")!.getAttribute("aria-label");

/** What can be moved says so, to the eye and to a screen reader. */
function movable(s: WorkedState, root: HTMLElement): void {
  for (const element of root.querySelectorAll<HTMLElement>(".num[data-a]")) {
    const address = element.dataset["a"]!;
    if (!s.canMove(address)) continue;
    element.classList.add("movable");
    if (element.tagName === "TD") continue;
    element.setAttribute("role", "spinbutton");
    element.setAttribute("aria-valuenow", String(s.valueOf(address)));
    const told = element.getAttribute("aria-label") ?? "";
    element.setAttribute("aria-label", `${told}. ${words.worked.canMove}`);
  }
}

function mark(s: WorkedState, root: HTMLElement): void {
  const reading = s.reading.value;
  const at = s.at.value;
  s.kept.value;
  if (!reading || !reading.place.has(at)) return;
  const lit = new Set(used(reading.about(at).formula) as string[]);
  const gradient = gradientOf(reading, at);
  const back = gradient ? wayBack(reading, gradient) : new Set<string>();
  const held = s.moved.peek()?.address;
  for (const element of root.querySelectorAll<HTMLElement>("[data-a]")) {
    const address = element.dataset["a"]!;
    element.classList.toggle("lit", lit.has(address));
    element.classList.toggle("way", back.has(address) && !lit.has(address));
    element.classList.toggle("chosen", address === at);
    element.classList.toggle("held", address === held);
  }
}

// -- hands and keys -----------------------------------------------------------------------

function handlers(s: WorkedState) {
  let resting = 0;
  let press: { address: string; x: number; y: number; from: number; dragged: boolean; was: boolean } | null = null;
  const number = (event: Event) => (event.target as Element).closest<HTMLElement>("[data-a]");

  const onPointerOver = (event: PointerEvent) => {
    clearTimeout(resting);
    const target = number(event);
    if (!target || event.pointerType === "touch" || s.kept.peek() || press) return;
    const address = target.dataset["a"]!;
    // a hand on its way to the answer passes over numbers: only where it rests does it point
    resting = window.setTimeout(() => s.kept.peek() || s.moved.peek() || s.choose(address, false), 50);
  };
  /** A browser scrolls with a finger unless it is told not to; of a drawing's parts none can say so. */
  const onTouchMove = (event: TouchEvent) => {
    if (press?.dragged && event.cancelable) event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent) => {
    const target = number(event);
    if (!target || event.button) return;
    clearTimeout(resting);
    const address = target.dataset["a"]!;
    const was = s.kept.peek() && s.at.peek() === address;
    // what is drawn anew takes the number away from under the finger, which goes on telling it alone
    if (event.pointerType === "touch") target.addEventListener("touchmove", onTouchMove, { passive: false });
    press = { address, x: event.clientX, y: event.clientY, from: s.valueOf(address), dragged: false, was };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!press || !s.canMove(press.address)) return;
    const across = event.clientX - press.x;
    const up = event.pointerType === "touch" ? 0 : press.y - event.clientY;
    const scrolls = event.pointerType === "touch" && Math.abs(event.clientY - press.y) > Math.abs(across);
    if (!press.dragged && (scrolls || Math.hypot(across, up) < FAR)) return;
    if (!press.dragged) {
      press.dragged = true;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      s.trail.value = [];
      s.choose(press.address, true);
    }
    const pixel = event.shiftKey ? PIXEL / 10 : PIXEL;
    s.move(press.address, tidy(press.from + (across + up) * pixel));
    event.preventDefault();
  };
  const onPointerUp = () => {
    if (press?.dragged) void s.settle();
    else if (press) {
      s.trail.value = [];
      s.choose(press.address, !press.was);
    }
    press = null;
  };
  const onPointerCancel = () => {
    if (press?.dragged) s.letGo();
    press = null;
  };
  const onWheel = (event: WheelEvent) => {
    const address = number(event)?.dataset["a"];
    // only a number that is held fast turns with the wheel: the page scrolls over all others
    if (!address || !s.kept.peek() || s.at.peek() !== address || !s.canMove(address)) return;
    event.preventDefault();
    const by = event.shiftKey ? PIXEL / 10 : PIXEL;
    s.move(address, tidy(s.valueOf(address) - Math.sign(event.deltaY || event.deltaX) * by), true);
  };
  const onFocusIn = (event: FocusEvent) => {
    const target = (event.target as Element).closest<HTMLElement>(".num");
    if (!target) return;
    const root = target.closest("table, svg")!;
    for (const other of root.querySelectorAll<HTMLElement>('[tabindex="0"]')) other.tabIndex = -1;
    target.tabIndex = 0;
    const address = target.dataset["a"]!;
    if (!press && !s.moved.peek() && !(s.kept.peek() && s.at.peek() === address)) {
      s.trail.value = [];
      s.choose(address, false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    const target = (event.target as Element).closest<HTMLElement>(".num");
    if (!target) return;
    const address = target.dataset["a"]!;
    const turn = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (turn && s.canMove(address)) {
      const by = event.shiftKey ? PIXEL * 10 : event.altKey ? PIXEL / 10 : PIXEL;
      s.choose(address, true);
      s.move(address, tidy(s.valueOf(address) + turn * by), true);
    } else if (!within(event, target, s)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { onTouchMove, onPointerOver, onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onWheel, onFocusIn, onKeyDown };
}

/** Keys that go about: arrows to the neighbours, Enter into the answer. */
function within(event: KeyboardEvent, target: HTMLElement, s: WorkedState): boolean {
  const root = target.closest<HTMLElement>("table, svg")!;
  const all = [...root.querySelectorAll<HTMLElement>(".num")];
  const n = all.indexOf(target);
  const across = root instanceof HTMLTableElement ? root.rows[0]!.cells.length : 1;
  const to = {
    ArrowRight: n + 1, ArrowLeft: n - 1, ArrowDown: n + across, ArrowUp: n - across, Home: 0, End: all.length - 1,
  }[event.key];
  if (to !== undefined) all[to]?.focus();
  else if (event.key === "Enter" || event.key === " ") {
    s.choose(target.dataset["a"]!, true);
    const panel = root.closest(".columns")?.querySelector<HTMLElement>(".answer");
    (panel?.querySelector<HTMLElement>("input, #depends button") ?? panel)?.focus();
  } else if (event.key === "Escape") {
    if (s.moved.peek()) s.letGo();
    else s.choose(s.at.peek(), false);
  } else return false;
  return true;
}

const tidy = (value: number) => Number(value.toFixed(6));
