// The answer: what a number is, its way to the loss, and what happens when it changes.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { answer, spoken } from "@templates/walk/answer.js";
import { parse } from "@templates/walk/record.js";
import { brief, number } from "@templates/walk/text.js";
import type { Chain, LossAlong, Nudge } from "../../messages";
import { change, fixed } from "../../parts/format";
import { fill } from "../../parts/fill";
import { words } from "../../words";
import { gradientOf } from "./chain";
import { Course } from "./course";
import type { WorkedState } from "./state";

const t = words.worked;
const NUDGED = new Set(["x", "W", "b", "z", "a"]);
const ALONG = new Set(["x", "W", "b"]);
const BY = [0.1, 0.01, 0.001];

export function AnswerPanel({ s }: { s: WorkedState }) {
  s.drawn.value;
  const reading = s.reading.value!;
  const at = s.at.value;
  const body = useRef<HTMLDivElement>(null);
  const kept = s.kept.value;
  useEffect(() => {
    fill(body.current!, answer(reading, at, { before: s.trail.value.at(-1) ?? "", kept }));
  });
  const click = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const link = target.closest<HTMLElement>("[data-go]");
    if (link) s.jump(link.dataset["go"]!);
    else if (target.closest("#return")) s.goBack();
    else if (target.closest("#let-go")) s.choose(at, false);
  };
  const over = (event: PointerEvent) => {
    const ref = (event.target as HTMLElement).closest<HTMLElement>("[data-go]");
    const scene = body.current!.closest(".columns")!;
    for (const each of scene.querySelectorAll(".pointed")) each.classList.remove("pointed");
    if (!ref) return;
    const place = `.left [data-a="${CSS.escape(ref.dataset["go"]!)}"]`;
    for (const each of scene.querySelectorAll(place)) each.classList.add("pointed");
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    s.choose(at, false);
    body.current!.closest(".columns")!.querySelector<HTMLElement>('.picture [tabindex="0"]')?.focus();
  };
  const moves = s.canMove(at);
  return (
    <aside class={`answer ${kept ? "kept" : ""}`} data-tour="answer" aria-labelledby="answer-title" tabIndex={-1}
      onClick={click} onPointerOver={over} onKeyDown={key}>
      <Moved s={s} />
      <div ref={body} data-at={at} />
      {moves && <Mover s={s} address={at} />}
      {s.asks && <Ways s={s} address={at} />}
      <p class="unseen" role="status" aria-live="polite">{kept ? spoken(reading, at) : ""}</p>
    </aside>
  );
}

/** While a number is moved: where the loss goes. */
function Moved({ s }: { s: WorkedState }) {
  const moved = s.moved.value;
  if (!moved && s.made.value) return <Made s={s} />;
  if (!moved) return null;
  s.drawn.value;
  const reading = s.reading.value!;
  const loss = Number(reading.value("loss"));
  const better = loss < moved.loss;
  return (
    <div class={`moved ${loss === moved.loss ? "" : better ? "better" : "worse"}`} role="status">
      <p><code>{moved.address}</code> {number(moved.from, 6)} → <b>{number(moved.value, 6)}</b></p>
      <p>{t.loss} {number(moved.loss, 6)} → <b id="loss-now">{number(loss, 6)}</b> <span class="by">{change(loss - moved.loss)}</span></p>
      <p class="note">{t.afterUpdate(number(reading.pass.loss_after, 6))}</p>
      <button type="button" onClick={() => s.letGo()} title={t.letGoTitle}>{t.letGo}</button>
    </div>
  );
}

/** After it: the change that stands, which can be taken back. */
function Made({ s }: { s: WorkedState }) {
  const { address, value, from, loss, now } = s.made.value!;
  return (
    <div class={`made ${loss === now ? "" : now < loss ? "better" : "worse"}`}>
      <p><code>{address}</code> {number(from, 6)} → <b>{number(value, 6)}</b></p>
      <p>{t.loss} {number(loss, 6)} → <b>{number(now, 6)}</b> <span class="by">{change(now - loss)}</span></p>
      <p class="note">{t.stands}</p>
      <button type="button" onClick={() => void s.takeBack()} title={t.letGoTitle}>{t.letGo}</button>
    </div>
  );
}

/** What one weight's update alone does to the loss. */
function Alone({ s, address }: { s: WorkedState; address: string }) {
  const told = useSignal<Nudge | null>(null);
  const reading = s.reading.value!;
  const steps = reading.pass.steps;
  useEffect(() => {
    let late = false;
    told.value = null;
    void s.talk.ask<Nudge>("worked.alone", { address, at: steps }).then((found) => !late && (told.value = found), () => undefined);
    return () => void (late = true);
  }, [address, reading, steps]);
  if (!told.value) return null;
  return <p class="alone" id="alone">{t.alone(change(told.value.happened, 4), change(reading.pass.loss_after - Number(reading.value("loss")), 4))}</p>;
}

/** A number as a slider and a field. */
function Mover({ s, address }: { s: WorkedState; address: string }) {
  const value = s.valueOf(address);
  const rate = address === "learning_rate";
  const from = s.moved.value?.address === address ? s.moved.value.from : value;
  const reach = Math.max(2, Math.ceil(2 * Math.abs(from)));
  const [low, high] = rate ? [0.01, Math.max(2, Math.ceil(2 * value))] : [-reach, reach];
  const move = (event: Event) => {
    const told = Number((event.target as HTMLInputElement).value);
    if (!Number.isFinite(told) || (event.target as HTMLInputElement).value === "") return;
    s.kept.value = true;
    s.move(address, told, true);
  };
  const settle = () => void s.settle();
  const typed = (event: Event) => {
    const field = event.target as HTMLInputElement;
    if (field.value === "") {
      field.value = fixed(value);
      s.refused.value = t.noNumber(address);
    } else settle();
  };
  return (
    <div class="mover" data-tour="mover">
      <label>
        <span>{t.change} <code>{address}</code></span>
        <input type="range" min={low} max={high} step="0.01" value={value} title={t.sliderTitle}
          aria-label={t.slider(address)} onInput={move} onChange={settle} />
      </label>
      <input class="field" type="number" step="0.01" value={fixed(value)} aria-label={t.field(address)}
        title={t.fieldTitle} onInput={move} onChange={typed} />
    </div>
  );
}

/** What asks the server: the loss along the number, a nudge, the chain. */
function Ways({ s, address }: { s: WorkedState; address: string }) {
  const reading = s.reading.value!;
  const { name, prefix } = parse(address);
  const steps = reading.pass.steps;
  const along = useSignal<LossAlong | null>(null);
  const chain = useSignal<Chain | null>(null);
  const of = useSignal(reading);
  const gradient = gradientOf(reading, address);
  useEffect(() => {
    let late = false;
    const wait = setTimeout(async () => {
      const none = Promise.resolve(null);
      const [course, links] = await Promise.all([
        !prefix && ALONG.has(name) ? s.talk.ask<LossAlong>("worked.course", { address, at: steps }).catch(() => null) : none,
        gradient ? s.talk.ask<Chain>("worked.chain", { address: gradient, at: steps }).catch(() => null) : none,
      ]);
      if (late) return;
      along.value = course;
      of.value = reading;
      chain.value = links;
    }, 80);
    return () => {
      late = true;
      clearTimeout(wait);
    };
  }, [address, reading, steps]);
  return (
    <>
      {along.value?.address === address && <Course s={s} told={along.value} old={of.value !== reading} />}
      {!prefix && NUDGED.has(name) && <Nudged s={s} address={address} />}
      {prefix === "new" && /^[Wb]$/.test(name) && <Alone s={s} address={address} />}
      {chain.value?.address === gradient && gradient && <ChainTold chain={chain.value} lit={(reading.stageOf(gradient) ?? 0) <= reading.stage} />}
    </>
  );
}

function Nudged({ s, address }: { s: WorkedState; address: string }) {
  const by = useSignal(0.01);
  const told = useSignal<Nudge | null>(null);
  const reading = s.reading.value!;
  const steps = reading.pass.steps;
  const moving = s.moved.value !== null;
  useEffect(() => void (told.value = null), [address, reading, steps, moving]);
  const ask = (sign: number) =>
    void s.tried(async () => {
      told.value = await s.talk.ask<Nudge>("worked.nudge", { address, epsilon: sign * by.value, at: steps });
    });
  const found = told.value;
  return (
    <section class="nudge" aria-label={t.nudge}>
      <h3>{t.nudge}</h3>
      <p class="row">
        <label>{t.by} <select value={String(by.value)} title={t.byTitle}
          onChange={(event) => (by.value = Number(event.currentTarget.value))}>
          {BY.map((each) => <option value={each}>{each}</option>)}
        </select></label>
        <button type="button" title={t.nudgeUp} onClick={() => ask(1)}>{t.nudgeMore(by.value)}</button>
        <button type="button" title={t.nudgeDown} onClick={() => ask(-1)}>{t.nudgeLess(by.value)}</button>
      </p>
      {found && (
        <table class="beside" aria-label={t.nudgeTable}>
          <tbody>
            <tr><th scope="row">{t.predicted}</th><td id="predicted">{change(found.predicted, 6)}</td></tr>
            <tr><th scope="row">{t.happened}</th><td id="happened">{change(found.happened, 6)}</td></tr>
          </tbody>
          <caption>{t.nudgeSays(number(found.gradient, 6), number(found.epsilon, 6))}</caption>
        </table>
      )}
    </section>
  );
}

function ChainTold({ chain, lit }: { chain: Chain; lit: boolean }) {
  return (
    <section class="chain" aria-label={t.chain}>
      <h3>{t.chain}</h3>
      <p class="note">{t.chainSays(chain.paths, lit)}</p>
      <ol>
        {chain.links.map((link) => (
          <li>
            <button type="button" data-go={link.address} title={link.general || link.formula}>
              <span class="sym">{link.symbol}</span> <code>{link.formula}</code>
              <b>{brief(link.value)}</b>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
