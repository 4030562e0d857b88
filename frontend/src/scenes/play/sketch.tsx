// What a set of points looks like, as a small picture on its button.

type Dot = [number, number, number]; // x, y within −1…1, and 0 or 1

const turn = (n: number, from: (u: number) => Dot): Dot[] => Array.from({ length: n }, (_, k) => from(k / (n - 1)));
const both = (n: number, from: (u: number, label: number) => [number, number]): Dot[] =>
  [0, 1].flatMap((label) => turn(n, (u) => [...from(u, label), label] as Dot));
const wave = (v: number) => Math.sin(3 * v);

const DOTS: Record<string, Dot[]> = {
  moons: both(9, (u, k) => (k ? [0.4 - 0.75 * Math.cos(Math.PI * u), 0.25 - 0.75 * Math.sin(Math.PI * u)] : [-0.4 + 0.75 * Math.cos(Math.PI * u), -0.25 + 0.75 * Math.sin(Math.PI * u)])),
  circles: both(12, (u, k) => [Math.cos(6.28 * u), Math.sin(6.28 * u)].map((v) => v * (k ? 0.4 : 0.85)) as [number, number]),
  xor: both(8, (u, k) => { const [x, y] = [0.35 + 0.5 * ((u * 5) % 1), 0.35 + 0.5 * u]; const s = u > 0.5 ? 1 : -1; return k ? [s * x, s * y] : [s * x, -s * y]; }),
  spiral: both(11, (u, k) => { const a = 4.5 * u + 0.6 + Math.PI * k; return [u * Math.cos(a), u * Math.sin(a)]; }),
  "three spirals": [0, 1, 2].flatMap((k) => turn(8, (u) => { const a = 3 * u + 0.6 + 2.1 * k; return [u * Math.cos(a), u * Math.sin(a), k] as Dot; })),
  blobs: [0, 1, 2].flatMap((k) => turn(6, (u) => [0.6 * Math.cos(2.1 * k + 1) + 0.2 * Math.cos(6 * u), 0.6 * Math.sin(2.1 * k + 1) + 0.2 * Math.sin(6 * u), k] as Dot)),
  plane: [-0.7, -0.25, 0.2, 0.65].flatMap((y) => turn(5, (u) => [1.5 * u - 0.75, y, (1.5 * u - 0.75 + y) / 2] as Dot)),
  waves: [-0.7, -0.25, 0.2, 0.65].flatMap((y) => turn(5, (u) => [1.5 * u - 0.75, y, wave(1.5 * u - 0.75) * wave(y + 1.57 / 3)] as Dot)),
};

export function Sketch({ name }: { name: string }) {
  if (name === "own") {
    return (
      <svg viewBox="-1.2 -1.2 2.4 2.4" aria-hidden="true"><path class="pencil" d="M-.7 .7 -.55 .25 .45 -.75 .75 -.45 -.25 .55ZM.2 -.5 .5 -.2" /></svg>
    );
  }
  const dots = DOTS[name] ?? [];
  const numbers = name === "plane" || name === "waves";
  return (
    <svg viewBox="-1.2 -1.2 2.4 2.4" aria-hidden="true">
      {dots.map(([x, y, k]) => (
        <circle cx={x} cy={-y} r="0.13" class={numbers ? (k < 0 ? "k0" : "k1") : `k${k}`} opacity={numbers ? 0.3 + Math.min(0.7, Math.abs(k)) : 1} />
      ))}
    </svg>
  );
}
