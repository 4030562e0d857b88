// A pass that is shown: its drawing and its matrices, and beside them what is asked of them.
import { AnswerPanel } from "./answer";
import { Drawing, Matrices } from "./network";
import type { ShownState } from "./state";
import { StageHead } from "./time";

export function Shown({ s }: { s: ShownState }) {
  return (
    <div class="columns">
      <div class="left"><section class="stage"><StageHead s={s} /><Drawing s={s} /></section><Matrices s={s} /></div>
      <AnswerPanel s={s} />
    </div>
  );
}
