// The worked example, alive.
import { useEffect } from "preact/hooks";
import type { Saved, Welcome } from "../../messages";
import { pictureOf, saved } from "../../parts/leave";
import { Leave, Refused } from "../../parts/pieces";
import { words } from "../../words";
import type { SceneProps } from "../scene";
import { AnswerPanel } from "./answer";
import { Drawing, Matrices } from "./network";
import { Choose } from "./shape";
import type { WorkedState } from "./state";
import { StageHead, Strip, Time } from "./time";

const t = words.worked;

export function WorkedScene({ app, s, welcome }: SceneProps & { s: WorkedState; welcome: Welcome }) {
  useEffect(() => {
    if (s.reading.peek()) return;
    const given = app.given("worked") as { example?: unknown; steps?: number } | null;
    s.published.value = typeof given?.example === "string" ? given.example : given?.example || app.host.opens ? "" : Object.keys(welcome.examples)[0] ?? "";
    void s.open("worked.open", given ?? {});
  }, []);
  useEffect(() => app.share("worked", () => ({
    example: s.published.value && !s.undo.value.length ? s.published.value : { ...s.example, bias: s.bias },
  }), [s.reading, s.published]), []);
  const key = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.ctrlKey || event.altKey || event.metaKey || target.matches("input, select, textarea")) return;
    s.go(s.here + by);
    event.preventDefault();
  };
  if (!s.reading.value) return <><Refused told={s.refused} /><p class="waits">{words.app.waits}</p></>;
  const root = () => document.querySelector(".scene") ?? app.root.querySelector(".scene");
  const file = (wanted: string) => () => void s.tried(async () => saved(s.talk.host, await s.talk.ask<Saved>(wanted)));
  const drawn = () => (app.root.querySelector(".picture svg") as SVGSVGElement) ?? root()!.querySelector("svg");
  return (
    <div class="worked" onKeyDown={key}>
      <Choose s={s} welcome={welcome} />
      <Time s={s} />
      <Strip s={s} />
      <Refused told={s.refused} />
      <div class="columns">
        <div class="left">
          <section class="stage" aria-labelledby="stage-title">
            <StageHead s={s} />
            <Drawing s={s} />
          </section>
          <Matrices s={s} />
          <Leave title={t.leave}>
            <button type="button" title={t.linkTitle} onClick={() => void app.copyLink()}>{words.app.link}</button>
            <button type="button" id="toml" title={t.tomlTitle} onClick={file("worked.toml")}>TOML</button>
            <button type="button" id="hand-out" title={t.pageTitle} onClick={file("worked.page")}>{t.page}</button>
            <button type="button" title={t.svgTitle} onClick={() => void pictureOf(s.talk.host, drawn(), "svg")}>SVG</button>
            <button type="button" title={t.pngTitle} onClick={() => void pictureOf(s.talk.host, drawn(), "png").then(() => app.say(words.app.saved("network.png")))}>PNG</button>
          </Leave>
          <section class="keys"><h3 class="small">{t.keys}</h3><p dangerouslySetInnerHTML={{ __html: t.keysSay }} /></section>
        </div>
        <AnswerPanel s={s} />
      </div>
    </div>
  );
}
