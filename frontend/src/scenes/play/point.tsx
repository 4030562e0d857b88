// One point: what it is answered, which neurons pushed it there, and any number of its pass.
import { useEffect } from "preact/hooks";
import { brief, number } from "@templates/walk/text.js";
import { change, percent } from "../../parts/format";
import { words } from "../../words";
import type { PlayState } from "./state";

const t = words.play;
const MOST = 5; // pushes that are listed

/** In one line what is said of the point, where the plane is seen. */
export function Verdict({ s }: { s: PlayState }) {
  const said = s.said.value;
  if (!said || s.sample.value < 0) return <p class="verdict-line note">{t.pointSays}</p>;
  const { says, target, probability, right } = said;
  const text = probability === null ? t.saysNumber(brief(says), brief(target)) : t.saysClass(s.nameOf(says), percent(probability), s.nameOf(target), right!);
  return <p class={`verdict-line ${right === null ? "" : right ? "right" : "wrong"}`} id="said-of-point" role="status">{text}</p>;
}

export function PointTold({ s }: { s: PlayState }) {
  const answer = s.answer.value;
  const said = s.said.value;
  const ground = s.ground.value!;
  const k = s.sample.value;
  const step = s.calm[0].value?.head["step"];
  useEffect(() => {
    if (k < 0 || !answer) return;
    const wait = setTimeout(() => void s.askAt(k, answer.address), 400);
    return () => clearTimeout(wait);
  }, [s.running.value ? 0 : step, ground]);
  if (k < 0 || !answer || !said || k >= ground.x.length) return null;
  const last = ground.settings.layers.length + 1;
  const outputs = ground.labels > 2 ? ground.labels : 1;
  const ask = (address: string) => void s.askAt(k, address);
  const starts = ["loss", ...Array.from({ length: outputs }, (_, i) => `a${last}[${i}]`), `z${last}[0]`, "x[0]"];
  const most = Math.max(...said.pushes.map((each) => Math.abs(each.product)), 1e-9);
  return (
    <section class="panel point" aria-label={t.point}>
      <h3>{t.point}</h3>
      <p class="note">{t.pointIs(k, number(ground.x[k]![0], 3), number(ground.x[k]![1], 3), ground.is_test[k]!)}
        <button type="button" class="plain" title={t.letGo} onClick={() => s.letGo()}>{t.letGo}</button></p>
      <h4>{t.pushes(said.towards === null ? "" : s.nameOf(said.towards))}</h4>
      <ol class="pushes">
        {said.pushes.slice(0, MOST).map((each) => (
          <li>
            <button type="button" class="mono" title={t.pushTitle(each.address, brief(each.weight), brief(each.a))} disabled={each.layer === 0}
              onPointerEnter={() => each.layer && (s.neuron.value = each)} onPointerLeave={() => (s.neuron.value = null)} onClick={() => (s.keptNeuron.value = { layer: each.layer, index: each.index })}>{each.address}</button>
            <span class="bar-of"><i class={each.product < 0 ? "minus" : "plus"} style={{ "--part": Math.abs(each.product) / most }} /></span>
            <b class={each.product < 0 ? "minus" : "plus"}>{change(Number(each.product.toPrecision(3)))}</b>
          </li>
        ))}
      </ol>
      <p class="note">{t.pushSum(said.of, brief(said.z), brief(said.bias), said.pushes.length > MOST ? said.pushes.length - MOST : 0)}</p>
      <details>
        <summary>{t.pointNumbers}</summary>
        <p class="row">{starts.map((a) => <button type="button" class="mono" aria-pressed={a === answer.address} title={t.askTitle(a)} onClick={() => ask(a)}>{a}</button>)}</p>
        <p class="value"><span class="sym">{answer.symbol}</span> <code>{answer.address}</code> = <b>{number(answer.value, 6)}</b></p>
        {answer.meaning !== answer.address && <p class="meaning">{answer.meaning}</p>}
        {answer.formula && <p class="formula">= {answer.formula}</p>}
        <div class="row depends">{Object.entries(answer.values ?? {}).slice(0, 24).map(([a, v]) => (
          <button type="button" class="mono" title={t.askTitle(a)} onClick={() => ask(a)}>{a} <b>{brief(v)}</b></button>
        ))}</div>
        {answer.note && <p class="note">{answer.note}</p>}
      </details>
    </section>
  );
}
