// What is taken away: files that the studio writes, and pictures of what is on the page.
import type { Host } from "../host/host";
import type { Saved } from "../messages";

export function saved(host: Host, { name, type, text, base64 }: Saved): void {
  const bytes = base64 ? Uint8Array.from(atob(text), (c) => c.charCodeAt(0)) : text;
  host.save(name, bytes, type);
}

const KEPT = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap",
  "font-family", "font-size", "font-weight", "font-style", "text-anchor", "opacity", "font-variant-numeric",
];

/** A drawing with all of its style in it, so that it looks the same anywhere. */
export function standing(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [ours, theirs] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  ours!.forEach((element, k) => {
    const style = getComputedStyle(element);
    const other = theirs![k] as SVGElement;
    other.style.cssText = KEPT.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
    for (const name of ["class", "role", "tabindex", "data-a", "aria-label"]) other.removeAttribute(name);
  });
  const [x = 0, y = 0, w = 0, h = 0] = (svg.getAttribute("viewBox") ?? "").split(" ").map(Number);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(w));
  copy.setAttribute("height", String(h));
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const panel = getComputedStyle(svg.closest("section") ?? svg).backgroundColor;
  for (const [name, value] of Object.entries({ x, y, width: w, height: h, fill: panel })) ground.setAttribute(name, String(value));
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

export async function pictureOf(host: Host, svg: SVGSVGElement, to: "svg" | "png"): Promise<void> {
  const text = standing(svg);
  if (to === "svg") return host.save("network.svg", text, "image/svg+xml");
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  await savedCanvas(host, canvas, "network.png");
}

export async function savedCanvas(host: Host, canvas: HTMLCanvasElement, name: string): Promise<void> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
  if (blob) host.save(name, new Uint8Array(await blob.arrayBuffer()), "image/png");
}
