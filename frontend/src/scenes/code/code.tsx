// Your code: typed in or dropped, checked as `glassnet check` does, its mistake in its line.
import { signal, type Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { App } from "../../app";
import type { Checked } from "../../messages";
import { Refused, Spoken } from "../../parts/pieces";
import { words } from "../../words";
import type { SceneProps } from "../scene";
import { sentence } from "../worked/state";
import { Spot } from "./spot";
import starter from "./starter.py?raw";

const t = words.code;

interface Kept {
  text: Signal<string>;
  name: Signal<string>;
  checked: Signal<Checked | null>;
  busy: Signal<boolean>;
  refused: Signal<string>;
  hint: Signal<number>;
}
const kept = new WeakMap<App, Kept>();
const fresh = (app: App): Kept => ({
  text: app.program, name: signal("mine.py"), checked: signal<Checked | null>(null), busy: signal(false),
  refused: signal(""), hint: signal(0),
});

export function CodeScene({ app }: SceneProps) {
  const s = useMemo(() => {
    if (!kept.has(app)) kept.set(app, fresh(app));
    return kept.get(app)!;
  }, []);
  const check = async () => {
    s.busy.value = true;
    s.refused.value = "";
    try {
      const hint = s.hint.value ? { hint: s.hint.value } : {};
      s.checked.value = await app.talk.ask<Checked>("code.check", { text: s.text.value, name: s.name.value, ...hint });
    } catch (error) {
      s.refused.value = sentence(error);
    }
    s.busy.value = false;
  };
  const take = async (file: File | null | undefined) => {
    if (!file) return;
    s.name.value = file.name;
    s.text.value = await file.text();
    s.checked.value = null;
  };
  return (
    <div class="code">
      <div class="bar">
        <div class="row">
          <button type="button" id="check" class="strong big" disabled={s.busy.value || !s.text.value.trim()} title={t.checkTitle} onClick={() => void check()}>{s.busy.value ? t.checking : t.check}</button>
          <button type="button" title={t.openTitle} onClick={() => void app.host.open(".py,.ipynb").then(take)}>{t.open}</button>
          {!s.text.value.trim() && <button type="button" id="starter" title={t.starterTitle} onClick={() => { s.text.value = starter; s.checked.value = null; }}>{t.starter}</button>}
          <label title={t.hintTitle}>{t.tell} <select value={String(s.hint.value)} onChange={(e) => (s.hint.value = Number(e.currentTarget.value))}>
            <option value="0">{t.all}</option>{[1, 2, 3].map((k) => <option value={k}>{t.hint(k)}</option>)}
          </select></label>
        </div>
        <p class="note">{t.expects} {t.limits}</p>
      </div>
      <Refused told={s.refused} />
      <div class="code-columns">
        <Editor s={s} drop={take} run={check} />
        <Report s={s} />
      </div>
      {s.checked.value && <Spot app={app} report={s.checked.value.report} />}
    </div>
  );
}

/** Lines with their numbers; the line of the mistake is marked. */
function Editor({ s, drop, run }: { s: Kept; drop: (file: File | null | undefined) => Promise<void>; run: () => Promise<void> }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = s.text.value.split("\n").length;
  const wrong = lineOf(s.checked.value);
  useEffect(() => {
    if (!wrong || !area.current) return;
    area.current.scrollTop = Math.max(0, (wrong - 6) * 20);
  }, [s.checked.value]);
  const key = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void run();
    }
  };
  return (
    <section class="panel editor" aria-label={t.editor} onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => { event.preventDefault(); void drop(event.dataTransfer?.files[0]); }}>
      <h3>{s.name.value} <small class="note">{t.drop}</small></h3>
      <div class="sheet">
        <div class="gutter" ref={gutter} aria-hidden="true">{Array.from({ length: lines }, (_, k) => <span class={k + 1 === wrong ? "wrong" : ""}>{k + 1}</span>)}</div>
        <div class="lines">
          {wrong > 0 && <i class="wrong-line" style={{ top: (wrong - 1) * 20 }} ref={(mark) => { if (mark && area.current) mark.style.transform = `translateY(${-area.current.scrollTop}px)`; }} />}
          <textarea ref={area} id="program" spellcheck={false} wrap="off" autocapitalize="off" autocomplete="off" aria-label={t.program} title={t.programTitle} value={s.text.value} onKeyDown={key}
            onInput={(event) => { s.text.value = event.currentTarget.value; s.checked.value = null; }}
            onScroll={(event) => {
              const top = event.currentTarget.scrollTop;
              gutter.current!.style.transform = `translateY(${-top}px)`;
              const mark = event.currentTarget.parentElement!.querySelector<HTMLElement>(".wrong-line");
              if (mark) mark.style.transform = `translateY(${-top}px)`;
            }} />
        </div>
      </div>
    </section>
  );
}

/** The number of the line that is wrong, where the report has one; 0 for none. */
export function lineOf(checked: Checked | null): number {
  const where = checked?.report.wrong?.place?.where ?? "";
  return Number(/^line (\d+)/.exec(where)?.[1] ?? 0);
}

function Report({ s }: { s: Kept }) {
  const found = s.checked.value;
  if (!found) return <section class="panel" aria-label={t.report}><h3>{t.report}</h3><p class="note">{s.busy.value ? t.checkingSays : t.reportLater}</p></section>;
  const { report, text } = found;
  const wrong = report.wrong;
  const right = !wrong && !report.unwritten && !report.mistakes.length;
  return (
    <section class="panel report" aria-label={t.report} aria-live="polite">
      <h3>{t.report}</h3>
      <p class={`verdict ${right ? "right" : "wrong"}`} id="verdict">{right ? (report.partly ? t.inPart : t.right) : report.unwritten ? t.unwritten(report.unwritten) : t.wrong}</p>
      <ol class="stages-of">{report.stages.map((stage) => (
        <li class={stage.right === stage.trials ? "right" : "wrong"}>{stage.name} <small>{t.trials(stage.right, stage.trials)}</small></li>
      ))}{(report.later ?? []).map((name) => <li class="later">{name} <small>{t.later}</small></li>)}</ol>
      {wrong && (
        <>
          {wrong.place && <p><b>{wrong.place.where}</b> <code class="source">{wrong.place.source}</code></p>}
          <table class="beside"><tbody>
            <tr><th scope="row">{wrong.quantity}</th><td>{wrong.case}</td></tr>
            <tr><th scope="row">{t.expected}</th><td>{wrong.expected}</td></tr>
            <tr><th scope="row">{t.got}</th><td>{wrong.got}</td></tr>
          </tbody></table>
        </>
      )}
      {report.mistakes.map((m) => (
        <article class="finding warning"><h4>{m.title}</h4><p><Spoken text={m.why} /></p>
          <p class="formula"><s>{m.wrong}</s></p><p class="formula">{m.right}</p></article>
      ))}
      {report.reason && <p><Spoken text={report.reason} /></p>}
      <details><summary>{t.inFull}</summary><pre class="about">{text}</pre></details>
    </section>
  );
}
