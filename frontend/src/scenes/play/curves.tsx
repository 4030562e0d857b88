// The loss of training and test, as it falls; of a race both lanes'.
import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { night } from "../../parts/screen";
import { words } from "../../words";
import type { PlayState } from "./state";

const t = words.play;

const STEPS = Array.from({ length: 60 }, (_, k) => [1, 2, 2.5, 5].map((step) => Number(`${step}e${k - 20}`))).flat();

/** An axis has little room: 1e12, not 1,000,000,000,000. */
const short = (v: number): string => (v !== 0 && (Math.abs(v) >= 1e5 || Math.abs(v) < 1e-3) ? v.toExponential().replace("+", "").replace("-", "−") : String(v));

export function Curves({ s }: { s: PlayState }) {
  const box = useRef<HTMLDivElement>(null);
  const raced = s.race.value !== null;
  const dark = night.value;
  useEffect(() => {
    const style = getComputedStyle(box.current!);
    const colour = (name: string) => style.getPropertyValue(name).trim() || "#888";
    const series = (label: string, stroke: string, dash?: number[]): uPlot.Series => ({ label, stroke, width: 2, points: { show: false }, ...(dash ? { dash } : {}) });
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { show: false }, font: "12px system-ui" };
    const lanes = raced ? [0, 1] : [0];
    const plot = new uPlot({
      width: box.current!.clientWidth || 320,
      height: 170,
      legend: { show: true, live: false, markers: { width: 2, dash: (_: uPlot, k: number) => (k % 2 ? "solid" : "dashed") } },
      cursor: { y: false, points: { size: 6 } },
      scales: { x: { time: false } },
      axes: [{ ...axis, size: 26 }, { ...axis, size: 54, incrs: STEPS, values: (_, all) => all.map(short) }],
      series: [
        { label: t.update },
        ...lanes.flatMap((lane) => [
          series(t.trainLoss(raced ? lane : -1), colour(lane ? "--lit" : "--accent")),
          series(t.testLoss(raced ? lane : -1), colour(lane ? "--lit" : "--accent"), [5, 4]),
        ]),
      ],
    }, [[]], box.current!);
    const show = () => {
      const found = lanes.map((lane) => s.calm[lane as 0 | 1].peek()?.arrays["curves"]).filter((c) => c !== undefined);
      if (found.length < lanes.length) return;
      const columns = found.map((c) => {
        const rows = c.shape[0]!;
        return [0, 1, 2].map((k) => Array.from({ length: rows }, (_, i) => {
          const v = c.data[3 * i + k]!;
          return Number.isFinite(v) ? v : null;
        }));
      });
      plot.setData((columns.length === 1
        ? columns[0]
        : uPlot.join(columns as unknown as uPlot.AlignedData[])) as uPlot.AlignedData);
    };
    const end = effect(() => {
      for (const lane of lanes) s.calm[lane as 0 | 1].value;
      show();
    });
    const observer = new ResizeObserver(() => {
      const width = box.current!.clientWidth;
      if (width && width !== plot.width) plot.setSize({ width, height: 170 });
    });
    observer.observe(box.current!);
    return () => {
      end();
      observer.disconnect();
      plot.destroy();
    };
  }, [raced, dark]);
  return <div class="curves" ref={box} role="img" aria-label={t.curves} />;
}
