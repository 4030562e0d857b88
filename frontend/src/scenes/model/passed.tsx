// A pass that only is shown: stepped through and asked, as the worked example, but not moved.
import { useEffect, useMemo } from "preact/hooks";
import type { App } from "../../app";
import type { WalkRecord } from "../../messages";
import { Shown } from "../worked/shown";
import { ShownState } from "../worked/state";
import { Strip } from "../worked/time";

export function Passed({ app, record, at = "" }: { app: App; record: WalkRecord; at?: string }) {
  const s = useMemo(() => new ShownState(app.talk), []);
  useMemo(() => s.show(record, at), [record, at]);
  useEffect(() => () => s.letGo(), []);
  return (
    <div class="passed">
      <Strip s={s} />
      <Shown s={s} />
    </div>
  );
}
