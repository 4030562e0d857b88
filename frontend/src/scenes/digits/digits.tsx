// Digits: draw one, see each layer answer, and which pixels spoke for and against.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { brief } from "@templates/walk/text.js";
import type { Saved } from "../../messages";
import { count, percent } from "../../parts/format";
import { Leave, Refused } from "../../parts/pieces";
import { night } from "../../parts/screen";
import { words } from "../../words";
import { paintNumbers } from "../play/paint";
import { Export } from "../play/panels";
import type { SceneProps } from "../scene";
import { Pad } from "./pad";
import type { DigitsState } from "./state";

const t = words.digits;

export function DigitsScene({ app, s }: SceneProps & { s: DigitsState }) {
  useEffect(() => {
    if (!s.card.peek()) void s.open();
  }, []);
  useEffect(() => app.share("digits", () => ({}), [s.card]), []);
  const card = s.card.value;
  if (!card) return <><Refused told={s.refused} /><p class="waits">{words.app.waits}</p></>;
  return (
    <div class="digits">
      <Training s={s} />
      <Refused told={s.refused} />
      <div class="digit-columns">
        <section class="panel" aria-label={t.draw}>
          <h3>{t.draw}</h3>
          <Pad s={s} />
          <Samples s={s} />
        </section>
        <Answered s={s} />
        <Reasons s={s} />
      </div>
      <Layers s={s} />
      <Leave>
        <button type="button" title={words.app.linkTitle} onClick={() => void app.copyLink()}>{words.app.link}</button>
        <Export host={s.talk.host} ask={(to) => s.talk.ask<Saved>("digits.code", { to })} refused={(why) => (s.refused.value = why)} />
      </Leave>
    </div>
  );
}

function Training({ s }: { s: DigitsState }) {
  const frame = s.frame.value;
  const card = s.card.value!;
  const step = Number(frame?.head["step"] ?? card.step);
  const accuracy = Number(frame?.head["accuracy"] ?? card.accuracy);
  const running = s.running.value;
  const curve = frame?.arrays["curve"];
  const points = curve ? Array.from({ length: curve.shape[0]! }, (_, k) => [curve.data[2 * k]!, curve.data[2 * k + 1]!]) : [];
  const last = Math.max(points.at(-1)?.[0] ?? 1, 1);
  return (
    <div class="bar" data-tour="train">
      <div class="row">
        <button type="button" id="train" class="strong big" aria-pressed={running} title={t.trainTitle} onClick={() => void s.open(running ? "digits.pause" : "digits.run")}>{running ? t.pause : step ? t.trainOn : t.train}</button>
        <button type="button" title={t.restartTitle} onClick={() => void s.open("digits.restart").then(() => s.ask())}>{t.restart}</button>
      </div>
      <dl class="figures">
        <div><dt>{t.updates}</dt><dd id="digit-step">{count(step)}</dd></div>
        <div><dt>{step ? t.accuracy : t.accuracyByChance}</dt><dd id="digit-accuracy">{percent(accuracy)}</dd></div>
      </dl>
      <svg class="losses" viewBox="0 0 150 40" role="img" aria-label={t.curve}>
        <line x1="2" x2="148" y1="37" y2="37" />
        <polyline points={points.map(([x, y]) => `${6 + (138 * x!) / last},${36 - 32 * y!}`).join(" ")} />
      </svg>
    </div>
  );
}

/** Images that the network never learns from, to put upon the paper. */
function Samples({ s }: { s: DigitsState }) {
  const { images, labels } = s.card.value!;
  const from = useSignal(0);
  const shown = images.slice(from.value, from.value + 10);
  return (
    <div class="samples-of">
      <p class="note">{t.samples}</p>
      <div class="row">
        {shown.map((image, k) => (
          <button type="button" class="thumb" title={t.sampleTitle(labels[from.value + k]!)} aria-label={t.sampleTitle(labels[from.value + k]!)} onClick={() => s.draw(image.flat(), labels[from.value + k]!)}><Pixels values={image.flat()} high={16} /></button>
        ))}
        <button type="button" class="plain" title={t.othersTitle} onClick={() => (from.value = (from.value + 10) % images.length)}>{t.others}</button>
      </div>
      <button type="button" id="wrong-one" title={t.wrongTitle} onClick={() => void s.showWrong()}>{s.wrong.value ? t.wrongNext : t.wrongOne}</button>
    </div>
  );
}

/** 8×8 numbers as a small picture: ink, or signed where `low` is below 0. */
export function Pixels({ values, low = 0, high }: { values: ArrayLike<number>; low?: number; high: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const side = Math.round(Math.sqrt(values.length));
    // the first row of an image is its highest
    const turned = Array.from(values, (_, k) => values[(side - 1 - Math.floor(k / side)) * side + (k % side)]!);
    const signed = low < 0;
    paintNumbers(canvas.current!, turned, 0, side, signed ? low : -high, high);
  }, [values, low, high, night.value]);
  return <canvas ref={canvas} class="pixels" width="8" height="8" aria-hidden="true" />;
}

function Answered({ s }: { s: DigitsState }) {
  const drawn = s.drawn.value;
  const truth = s.truth.value;
  const step = Number(s.frame.value?.head["step"] ?? s.card.value!.step);
  return (
    <section class="panel" aria-label={t.answer}>
      <h3>{t.answer}</h3>
      {!drawn ? <p class="note">{t.nothing}</p> : (
        <>
          {step === 0 && <p class="note" id="untrained">{t.untrained}</p>}
          <p class="big-answer" id="digit-answer" aria-live="polite">{drawn.answer}</p>
          {truth !== null && <p class={`verdict-line ${truth === drawn.answer ? "right" : "wrong"}`} id="truth" role="status">{t.truth(truth, drawn.answer)}</p>}
          <div class="row questions" role="group" aria-label={t.questions}>
            {[drawn.answer, truth !== null && truth !== drawn.answer ? truth : drawn.probabilities.indexOf(Math.max(...drawn.probabilities.filter((_, k) => k !== drawn.answer)))].map((k) => (
              <button type="button" aria-pressed={k === (s.asked.value ?? drawn.answer)} title={t.askTitle(k)} onClick={() => s.askAbout(k)}>{k === drawn.answer ? t.whyIt(k) : t.whyNot(k)}</button>
            ))}
            <label title={t.anotherTitle}><span class="unseen">{t.another}</span>
              <select value="" onChange={(e) => { const k = e.currentTarget.value; e.currentTarget.value = ""; if (k) s.askAbout(Number(k)); }}>
                <option value="">{t.another}</option>
                {drawn.probabilities.map((_, k) => k !== drawn.answer && <option value={k}>{t.whyNot(k)}</option>)}
              </select></label>
          </div>
          <ul class="bars">
            {drawn.probabilities.map((p, k) => (
              <li class={k === drawn.answer ? "best" : ""}><span>{k}</span><meter min="0" max="1" value={p} aria-label={`${k}: ${percent(p)}`} /><b>{percent(p)}</b></li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

const TELLING = 0.002; // of a probability: less than that is not painted as if it were much

function Reasons({ s }: { s: DigitsState }) {
  const drawn = s.spoke.value;
  const isNot = drawn !== null && s.drawn.value !== null && drawn.answer !== s.drawn.value.answer;
  const adds = drawn?.adds.flat() ?? [];
  const most = Math.max(...adds.map(Math.abs), TELLING);
  const little = adds.every((add) => Math.abs(add) < TELLING);
  return (
    <section class="panel" aria-label={t.reasons}>
      <h3 id="reasons-title">{!drawn ? t.reasons : isNot ? t.whyNot(drawn.answer) : t.whyIt(drawn.answer)}</h3>
      {!drawn ? <p class="note">{s.drawn.value ? t.reasonsAsked : t.reasonsLater}</p> : (
        <>
          <div class="reason-picture" role="img" aria-label={t.reasonsIs(drawn.answer)}><Pixels values={adds} low={-most} high={most} /></div>
          <p class="legend"><span><i class="plus" />{t.forIt(drawn.answer)}</span><span><i class="minus" />{t.against}</span></p>
          {isNot && <p id="why-not">{t.notSays(drawn.answer, percent(drawn.value))}</p>}
          <p class="note">{little ? t.reasonsNone(drawn.answer) : t.reasonsSay(drawn.answer, percent(drawn.without), percent(drawn.value), brief(Number(drawn.error.toPrecision(1))))}</p>
        </>
      )}
    </section>
  );
}

/** What each layer says to the picture, and what each neuron of the first looks for. */
function Layers({ s }: { s: DigitsState }) {
  const drawn = s.drawn.value;
  const weights = s.frame.value?.arrays["weights"];
  const size = 64;
  const of = (k: number) => weights!.data.slice(k * size, (k + 1) * size) as Float32Array;
  const first = drawn?.activations[0] ?? [];
  const most = Math.max(...first, 1e-6);
  const n = weights?.shape[0] ?? s.card.value!.sizes[1]!;
  return (
    <section class="panel" aria-label={t.layers}>
      <h3>{t.layers}</h3>
      <p class="note">{weights ? t.layersSay : t.layersBlank}</p>
      <div class="neurons">
        {Array.from({ length: n }, (_, k) => {
          const a = first[k];
          const told = a === undefined ? t.neuron(k) : `${t.neuron(k)}: ${brief(Number(a.toPrecision(3)))}`;
          return (
            <figure title={told}>
              {weights ? <Pixels values={of(k)} low={-0.6} high={0.6} /> : <span class="pixels blank" />}
              <meter min="0" max={most} value={a ?? 0} aria-label={told} />
            </figure>
          );
        })}
      </div>
    </section>
  );
}
