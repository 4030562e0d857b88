// One point: what it is answered, which neurons pushed it there, and any number of its pass.
import { useEffect } from "preact/hooks";
import { brief, number } from "@templates/walk/text.js";
import { change, percent } from "../../parts/format";
import { words } from "../../words";
import type { PointSaid } from "../../messages";
import type { PlayState } from "./state";

const t = words.play;
const MOST = 5; // pushes that are listed

const UNSURE = 0.7; // a probability below which the border is said to be near

/** What is said of the point and why, in plain words, where the plane is seen. */
export function Verdict({ s }: { s: PlayState }) {
  const said = s.sample.value < 0 ? null : s.said.value;
  return (
    <div class="verdict-box">
      <div role="status">
        {!said ? <p class="note">{t.pointSays}</p> : (
          <>
            <p class={`verdict-line ${said.right === null ? "" : said.right ? "right" : "wrong"}`} id="said-of-point">
              {said.probability === null ? t.saysNumber(brief(said.says), brief(said.target)) : t.saysClass(s.nameOf(said.says), percent(said.probability), s.nameOf(said.target), said.right!)}
            </p>
            <Because s={s} said={said} />
          </>
        )}
      </div>
    </div>
  );
}

/** Goes to a point that is answered wrongly, wherever that is. */
export function NextWrong({ s }: { s: PlayState }) {
  if (!s.ground.value!.labels || !s.calm[0].value?.head["step"]) return null;
  const all = s.wrong;
  const at = s.sample.value;
  return (
    <button type="button" id="next-wrong" disabled={!all.some((k) => k !== at)} title={t.nextWrongTitle} onClick={() => void s.askWrong()}>
      {t.nextWrong(all.length, all.includes(at))}</button>
  );
}

/** Why: what lies round the point, and which neuron had most to say. */
function Because({ s, said }: { s: PlayState; said: PointSaid }) {
  const step = Number(s.calm[0].value?.head["step"] ?? 0);
  const { says, target, probability, right, towards, like_target, like_said, mean } = said;
  const of = said.nearest.length;
  if (!step) return <p class="because" id="because">{t.whyChance}</p>;
  if (right === null) return <p class="because" id="because">{mean === null || !of ? "" : t.whyNumber(of, brief(mean))}</p>;
  const sign = towards === says ? 1 : -1;
  const [most] = [...said.pushes].sort((a, b) => sign * (b.product - a.product));
  const stray = like_said > like_target;
  return (
    <p class="because" id="because">
      {right ? t.whyRight(like_target, of, s.nameOf(target)) : stray ? t.whyStray(like_said, of, s.nameOf(says)) : t.whyUnlearned(like_target, of, s.nameOf(target), s.nameOf(says))}
      {probability! < UNSURE && ` ${t.whyUnsure}`}
      {most && sign * most.product > 0 && most.layer > 0 && (
        <> {t.whyPushed(s.nameOf(says))} <button type="button" class="plain" title={t.whyPushedTitle} onClick={() => (s.keptNeuron.value = { layer: most.layer, index: most.index })}>{t.neuronOf(most.layer, most.index + 1)}</button>.</>
      )}
    </p>
  );
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
    <section class="point" aria-label={t.point}>
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
