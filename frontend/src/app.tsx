// The page as a whole: which scene is shown, what the address says, the tour.
import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Host } from "./host/host";
import type { OwnColumns, Welcome } from "./messages";
import { Refused, Spoken } from "./parts/pieces";
import { packed, unpacked, type Shared } from "./parts/share";
import { CodeScene } from "./scenes/code/code";
import { DigitsScene } from "./scenes/digits/digits";
import { DigitsState } from "./scenes/digits/state";
import { ModelScene } from "./scenes/model/model";
import { RunScene } from "./scenes/model/run";
import { PlayScene } from "./scenes/play/play";
import { PlayState } from "./scenes/play/state";
import { WorkedState } from "./scenes/worked/state";
import { WorkedScene } from "./scenes/worked/worked";
import starter from "./scenes/code/starter.py?raw";
import { Talk } from "./talk";
import { Tour } from "./tour";
import { words } from "./words";

export type SceneName = "worked" | "play" | "digits" | "model" | "run" | "code";

const WAIT = 400; // milliseconds after which a change stands in the address

export class App {
  readonly talk: Talk;
  readonly scene = signal<SceneName>("worked");
  /** The scene of what the studio was opened with. */
  readonly own = signal<SceneName | "">("");
  readonly touring = signal(false);
  readonly said = signal("");
  /** What has to be known until it is closed. */
  readonly notice = signal("");
  /** Counts the processes that have answered: with another one each scene opens anew. */
  readonly life = signal(0);
  readonly worked: WorkedState;
  readonly play: PlayState;
  readonly digits: DigitsState;
  /** The program of Your code. */
  readonly program = signal(words.code.begin);
  private readonly shared: Shared | null;
  private readonly states = new Map<string, () => object>();

  constructor(readonly host: Host, readonly root: HTMLElement) {
    this.talk = new Talk(host);
    this.worked = new WorkedState(this.talk);
    this.play = new PlayState(this.talk);
    this.digits = new DigitsState(this.talk);
    if (TABS.includes(host.opens as SceneName)) this.scene.value = host.opens as SceneName;
    this.shared = unpacked(host.place?.read() ?? "");
    if (this.shared && TABS.includes(this.shared.scene as SceneName)) this.scene.value = this.shared.scene as SceneName;
    // where the page goes with its tab: in a notebook the kernel keeps the network
    if (host.place) addEventListener("beforeunload", (event) => this.atRisk && event.preventDefault());
    let before: Welcome | null = null;
    this.talk.welcome.subscribe((welcome) => {
      if (welcome && before) void this.again();
      else if (welcome?.given.source) void this.openGiven();
      before ??= welcome;
    });
  }

  /** What the address asks a scene to open with. */
  given(scene: string): object | null {
    return this.shared?.scene === scene ? (this.shared.open ?? null) : null;
  }

  go(scene: SceneName): void {
    this.scene.value = scene;
    this.remember();
  }

  /** Has a scene's state stand in the address, whenever one of `signals` changes. */
  share(scene: SceneName, state: () => object, signals: (ReadonlySignal<unknown> | Signal<unknown>)[]): () => void {
    this.states.set(scene, state);
    let clock = 0;
    const ends = signals.map((each) =>
      each.subscribe(() => {
        clearTimeout(clock);
        clock = window.setTimeout(() => this.remember(), WAIT);
      }),
    );
    return () => {
      clearTimeout(clock);
      for (const end of ends) end();
    };
  }

  /** What the studio was opened with: a model, a recorded run, or a table for the playground. */
  private async openGiven(): Promise<void> {
    for (const name of ["model", "run"] as const) {
      const found = await this.talk.ask(`${name}.open`).then(() => true, () => false);
      if (!found) continue;
      this.own.value = name;
      if (!this.shared) this.scene.value = name;
      return;
    }
    if (!this.shared) this.scene.value = "play";
    await this.play.tried(async () => (this.play.table.value = await this.talk.ask<OwnColumns>("play.own")) && undefined);
  }

  /** After a lost connection another process answers, which knows of nothing yet. */
  private async again(): Promise<void> {
    this.notice.value = words.app.begunAnew;
    this.life.value++;
    await Promise.all([this.play.reopen(), this.digits.reopen(), this.worked.reopen()]);
  }

  /** The tour begins at the first scene's first stage, with nothing chosen and nothing running. */
  tour(): void {
    const { play, digits, worked } = this;
    if (play.running.peek()) void play.pause();
    if (digits.running.peek()) void digits.open("digits.pause");
    play.letGo();
    play.neuron.value = play.keptNeuron.value = null;
    play.drawing.value = -1;
    this.go("worked");
    if (worked.reading.peek()) {
      worked.playing.value = false;
      worked.kept.value = false;
      worked.go(0);
    }
    scrollTo(0, 0);
    this.touring.value = true;
  }

  /** Whether something of one's own would be lost with the page, since no address holds it. */
  get atRisk(): boolean {
    const { play, program } = this;
    return play.points.peek().length > 0 || play.table.peek() !== null || ![words.code.begin, starter].includes(program.peek());
  }

  private fragment(): string {
    const scene = this.scene.peek();
    return packed({ scene, open: this.states.get(scene)?.() });
  }

  private remember(): void {
    this.host.place?.write(this.fragment());
  }

  async copyLink(): Promise<void> {
    this.remember();
    const link = this.host.place ? `${location.origin}${location.pathname}#${this.fragment()}` : this.fragment();
    try {
      await navigator.clipboard.writeText(link);
      this.say(words.app.copied);
    } catch {
      this.say(words.app.inAddress);
    }
  }

  say(text: string): void {
    this.said.value = text;
    setTimeout(() => this.said.value === text && (this.said.value = ""), 4000);
  }
}

const TABS: SceneName[] = ["worked", "play", "digits", "model", "run", "code"];

const GIVEN = new Set<SceneName>(["model", "run"]); // there only with a model, or with a run

export function Page({ app }: { app: App }) {
  const welcome = app.talk.welcome.value;
  const scene = app.scene.value;
  return (
    <div class="studio-body">
      <div class="frame"><div class="within">
      <header class="top">
        <p class="brand"><Mark /> <span>glassnet</span> <small>{words.app.studio}</small></p>
        <nav class="tabs" aria-label={words.app.scenes} data-tour="tabs">
          {TABS.filter((name) => !GIVEN.has(name) || app.own.value === name).map((name) => (
            <button type="button" aria-current={name === scene ? "page" : undefined} title={words.scenes[name].title}
              disabled={!welcome} onClick={() => app.go(name)}>{words.scenes[name].name}</button>
          ))}
        </nav>
        <button type="button" class="tour-button" title={words.tour.title} onClick={() => app.tour()}>{words.tour.start}</button>
      </header>
      {app.talk.lost.value && <p class="refused lost" role="alert"><Spoken text={app.talk.lost.value} /></p>}
      <main class="scene" id="scene">
        <div class="lead">
          <h1>{words.scenes[scene].heading}</h1>
          <p>{words.scenes[scene].lead}</p>
        </div>
        {welcome ? <Scene key={`${scene} ${app.life.value}`} app={app} welcome={welcome} scene={scene} /> : <p class="waits">{words.app.waits}</p>}
      </main>
      <footer><p>{words.app.foot(welcome?.glassnet ?? "")}</p></footer>
      </div></div>
      <p class="said" role="status" aria-live="polite" hidden={!app.said.value}>{app.said.value}</p>
      <Refused told={app.notice} />
      {app.touring.value && <Tour app={app} />}
    </div>
  );
}

function Scene({ app, welcome, scene }: { app: App; welcome: Welcome; scene: SceneName }) {
  switch (scene) {
    case "worked":
      return <WorkedScene app={app} s={app.worked} welcome={welcome} />;
    case "play":
      return <PlayScene app={app} s={app.play} welcome={welcome} />;
    case "digits":
      return <DigitsScene app={app} s={app.digits} />;
    case "model":
      return <ModelScene app={app} />;
    case "run":
      return <RunScene app={app} />;
    case "code":
      return <CodeScene app={app} />;
  }
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="plus" d="M8 9 24 16M8 16 24 16" /><path class="minus" d="M8 23 24 16" />
      <circle cx="8" cy="9" r="3.4" /><circle cx="8" cy="16" r="3.4" /><circle cx="8" cy="23" r="3.4" />
      <circle class="out" cx="24" cy="16" r="4.4" />
    </svg>
  );
}
