// The loss along one number, as a small curve: the point on it can be dragged.
import { useRef } from "preact/hooks";
import { number } from "@templates/walk/text.js";
import type { LossAlong } from "../../messages";
import { words } from "../../words";
import type { WorkedState } from "./state";

const WIDE = 320;
const HIGH = 130;
const EDGE = 10;

/** Args: old, whether the curve is still that of the numbers before. */
export function Course({ s, told, old }: { s: WorkedState; told: LossAlong; old: boolean }) {
  const svg = useRef<SVGSVGElement>(null);
  const losses = told.loss.map(Number).filter(Number.isFinite);
  const [left, right] = [told.x[0]!, told.x.at(-1)!];
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  const x = (v: number) => EDGE + ((v - left) / (right - left)) * (WIDE - 2 * EDGE);
  const y = (v: number) => HIGH - EDGE - ((v - least) / (most - least || 1)) * (HIGH - 2 * EDGE);
  const line = told.x.map((v, k) => `${x(v).toFixed(1)},${y(Number(told.loss[k])).toFixed(1)}`).join(" ");
  const moving = s.moved.value?.address === told.address ? s.moved.value : null;
  if (moving) s.drawn.value;
  const here = moving ? moving.value : told.here;
  const loss = moving ? Number(s.reading.value!.value("loss")) : told.loss_here;
  const reach = (right - left) / 5;
  const tangent = [-reach, reach].map((d) => `${x(told.here + d)},${y(told.loss_here + told.slope * d)}`);
  const at = (event: PointerEvent) => {
    const box = svg.current!.getBoundingClientRect();
    const place = ((event.clientX - box.left) / box.width) * WIDE;
    const value = left + ((place - EDGE) / (WIDE - 2 * EDGE)) * (right - left);
    return Number(Math.min(Math.max(value, left), right).toFixed(3));
  };
  const down = (event: PointerEvent) => {
    svg.current!.setPointerCapture(event.pointerId);
    s.kept.value = true;
    s.move(told.address, at(event));
  };
  const move = (event: PointerEvent) => {
    if (svg.current!.hasPointerCapture(event.pointerId)) s.move(told.address, at(event));
  };
  const t = words.worked;
  if (losses.length < 2 || !Number.isFinite(right - left)) return <section class="course"><h3>{t.course(told.address)}</h3><p class="note">{t.noCourse}</p></section>;
  const still = !moving && !old;
  const seen = (moving !== null || !old) && here >= left && here <= right && Number.isFinite(loss);
  return (
    <section class="course" aria-label={t.course(told.address)}>
      <h3>{t.course(told.address)}</h3>
      <svg ref={svg} viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" onPointerDown={down} onPointerMove={move}
        onPointerUp={() => void s.settle()} onPointerCancel={() => s.letGo()}
        aria-label={t.courseSays(told.address, number(least, 4), number(most, 4), number(told.slope, 4))}>
        <line class="axis" x1="0" x2={WIDE} y1={HIGH - 2} y2={HIGH - 2} />
        {still && <polyline class="tangent" points={tangent.join(" ")} />}
        <polyline class="line" points={line} />
        {seen && <line class="drop" x1={x(here)} x2={x(here)} y1={y(loss)} y2={HIGH - 2} />}
        {seen && <circle class="here" cx={x(here)} cy={y(loss)} r="6" />}
      </svg>
      <p class="ends"><span>{number(left, 3)}</span><span>{still ? t.slope(number(told.slope, 5)) : t.slopeLater}</span><span>{number(right, 3)}</span></p>
    </section>
  );
}
