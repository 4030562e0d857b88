// What one asks of a training: what ails it, how its layers fare, a point, a race, its code.
import { useSignal } from "@preact/signals";
import type { Saved, Welcome } from "../../messages";
import { brief } from "@templates/walk/text.js";
import { percent, spaced } from "../../parts/format";
import { saved } from "../../parts/leave";
import { Choice, Slider } from "../../parts/pieces";
import { words } from "../../words";
import type { Part, PlayState } from "./state";

const t = words.play;

export function Findings({ s }: { s: PlayState }) {
  const found = s.ailing.value;
  const step = Number(s.calm[0].value?.head["step"] ?? 0);
  const trying = s.trying.value;
  const isClass = s.ground.value!.labels > 0;
  const reads = (v: number) => (isClass ? percent(v) : brief(v));
  const serious = found?.findings.filter((f) => f.severity !== "note") ?? [];
  return (
    <section class="panel findings" aria-label={t.findings} data-tour="findings">
      <h3>{t.findings}</h3>
      <p class="row">
        <button type="button" id="diagnose" title={t.lookTitle} disabled={s.looking.value || step < 2} onClick={() => void s.look()}>{s.looking.value ? t.looking : t.look}</button>
      </p>
      {trying && <p class="tried" id="tried" role="status">{t.tried(trying.told, isClass ? t.right : t.loss, reads(trying.before), reads(s.reading))}</p>}
      {!found && <p class="note">{step < 2 ? t.lookLater : t.lookSays}</p>}
      {found && <p class="note" id="looked-at">{t.lookedAt(found.since, found.step)} {step > found.step ? t.goneOn : ""}</p>}
      {found && !serious.length && <p>{found.findings.some((f) => f.name !== "healthy") ? t.nearly : t.well}</p>}
      {found?.findings.filter((f) => f.name !== "healthy").map((f) => (
        <article class={`finding ${f.severity}`}>
          <h4>{f.name} <small>{t.severities[f.severity]}, {t.since(f.step)}</small></h4>
          <p>{t.plainly[f.name] ?? f.advice}</p>
          {found.remedies[f.name] && (
            <button type="button" class="strong remedy" title={t.remedyTitle} onClick={() => void s.remedy(f.name, told(found.remedies[f.name]!))}>{t.remedy(told(found.remedies[f.name]!))}</button>
          )}
          <details><summary>{t.why}</summary>
            {t.plainly[f.name] && <p>{f.advice}</p>}
            <p>{f.explanation}</p>
            <ul>{f.evidence.map((e) => <li>{e.what}: <b>{typeof e.value === "number" ? brief(e.value) : String(e.value)}</b></li>)}</ul>
          </details>
        </article>
      ))}
    </section>
  );
}

/** Settings in words: learning rate 0.001; layers: 8 relu, 8 relu. */
export function told(part: Record<string, unknown>): string {
  return Object.entries(part).map(([name, value]) => {
    if (name === "layers") return (value as { n: number; activation: string }[]).map((l) => `${l.n} ${spaced(l.activation)}`).join(", ");
    if (name === "knobs") return Object.entries(value as object).map(([k, v]) => `${spaced(k)} ${v}`).join(", ");
    return `${spaced(name)} ${typeof value === "number" ? brief(value) : String(value)}`;
  }).filter(Boolean).join(", ");
}

/** Gradients, activations and dead neurons, a layer a row. */
export function Health({ s }: { s: PlayState }) {
  const frame = s.calm[0].value;
  if (!frame) return null;
  const { gradients, activations, dead } = frame.arrays;
  const layers = s.ground.value!.settings.layers;
  const measured = Boolean(frame.head["measured"]);
  const most = Math.max(...Array.from(gradients!.data).filter(Number.isFinite), 1e-12);
  return (
    <section class="panel health" aria-label={t.health}>
      <h3>{t.health}</h3>
      <table>
        <thead><tr><th scope="col">{t.layerName}</th><th scope="col" title={t.gradientTitle}>{t.gradient}</th><th scope="col" title={t.activationTitle}>{t.activation}</th><th scope="col" title={t.deadTitle}>{t.dead}</th></tr></thead>
        <tbody>
          {Array.from(gradients!.data, (g, k) => (
            <tr class={dead!.data[k]! >= 0.25 ? "ails" : ""}>
              <th scope="row">{k + 1} <small>{k < layers.length ? spaced(layers[k]!.activation) : t.output}</small></th>
              <td>{measured ? <><meter min={0} max={most} value={Number.isFinite(g) ? g : most} aria-label={`${t.gradient}: ${size(g)}`} /> {size(g)}</> : <span title={t.noGradient}>–</span>}</td>
              <td>{size(activations!.data[k]!)}</td>
              <td>{percent(dead!.data[k]!)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">{t.healthSays}</p>
    </section>
  );
}

/** A size in few digits; what has left the numbers is said so. */
const size = (v: number): string => (Number.isNaN(v) ? t.noNumber : v === Infinity ? "∞" : brief(Number(v.toPrecision(2))));

/** A second network beside the first, from the same seed and points. */
export function Race({ s, welcome }: { s: PlayState; welcome: Welcome }) {
  const { settings } = s.ground.value!;
  const part = useSignal<Part>({ optimizer: "sgd", learning_rate: 0.1 });
  const set = (more: Part) => (part.value = { ...part.value, ...more });
  const race = s.race.value;
  const step = Number(s.calm[0].value?.head["step"] ?? 0);
  const layers = settings.layers;
  return (
    <section class="panel race" aria-label={t.race}>
      <h3>{t.race}</h3>
      {race ? (
        <p>{t.racing(told({ ...race, ...(race.knobs ? {} : {}) }))} <button type="button" title={t.endRaceTitle} onClick={() => void s.startRace(null)}>{t.endRace}</button></p>
      ) : (
        <>
          <p class="note">{t.raceSays}</p>
          <Choice label={t.optimizer} title={t.optimizerTitle} value={part.value.optimizer!} options={Object.keys(welcome.optimizers).map((n) => [n, spaced(n)])} change={(optimizer) => set({ optimizer, knobs: {} })} />
          <Slider label={t.rate} title={t.rateTitle} value={part.value.learning_rate!} low={1e-4} high={10} step={0.05} log told={brief} change={(learning_rate) => set({ learning_rate })} />
          {layers.length > 0 && <Choice label={t.activation} title={t.raceActivation} value={part.value.layers?.[0]?.activation ?? ""} options={[["", t.same], ...welcome.activations.filter((a) => a !== "softmax").map((a): [string, string] => [a, spaced(a)])]}
            change={(activation) => {
              const { layers: _, ...rest } = part.value;
              part.value = activation ? { ...rest, layers: layers.map((l) => ({ ...l, activation })) } : rest;
            }} />}
          <button type="button" id="race" class="strong" title={t.startRaceTitle} onClick={() => (step < 1 || confirm(t.raceAsks)) && void s.startRace(part.value).then(() => s.run())}>{t.startRace}</button>
        </>
      )}
    </section>
  );
}

const TO: [string, string][] = [["numpy", "NumPy"], ["python", "Python"], ["c", "C"], ["csv", "CSV"], ["onnx", "ONNX"], ["model", t.modelFile], ["svg", "SVG"]];

/** The network as code, as a file, as a picture. */
export function Export({ ask, host, refused }: { ask: (to: string) => Promise<Saved>; host: Parameters<typeof saved>[0]; refused: (told: string) => void }) {
  const get = async (to: string) => {
    try {
      saved(host, await ask(to));
    } catch (error) {
      refused((error as Error).message);
    }
  };
  return <>{TO.map(([to, name]) => <button type="button" title={t.exportTitle(name)} data-to={to} onClick={() => void get(to)}>{name}</button>)}</>;
}
