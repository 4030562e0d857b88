// The pad: a picture that is drawn, dropped or chosen, pixel by pixel as the network takes it.

function padOf({ height, width, channels, largest }, changed) {
  const pixels = new Float64Array(height * width * channels);
  const canvas = $("pad");
  const at = $("at");
  const radius = Math.max(0.6, 0.045 * Math.min(height, width));
  let erasing = false;
  let pen = null; // where a stroke goes on, in pixels
  const cursor = { x: Math.floor(width / 2), y: Math.floor(height / 2), down: false };
  Object.assign(canvas, { width, height });

  const show = () => {
    const shades = Float64Array.from(pixels, (value) => (255 * value) / largest);
    paint(canvas, (p) => Array.from({ length: 3 }, (_, k) => shades[p * channels + (k % channels)]));
    changed();
  };

  // ink along a line, fading at its rim: a pixel takes what it is covered by
  const stroke = (from, to) => {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = dx * dx + dy * dy;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y];
        const t = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
        const covered = Math.min(1, radius + 0.5 - Math.hypot(px - t * dx, py - t * dy));
        if (covered <= 0) continue;
        for (let k = (y * width + x) * channels; k < (y * width + x + 1) * channels; k++) {
          pixels[k] = erasing
            ? Math.min(pixels[k], (1 - covered) * largest)
            : Math.max(pixels[k], covered * largest);
        }
      }
    }
  };

  const placeOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    };
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pen = placeOf(event);
    stroke(pen, pen);
    show();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pen) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const to = placeOf(each);
      stroke(pen, to);
      pen = to;
    }
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => (pen = null));
  }

  // by keys: a cursor that moves from pixel to pixel, with its pen down or up
  const middle = () => ({ x: cursor.x + 0.5, y: cursor.y + 0.5 });
  const mark = () => {
    const share = (n, of) => `${(100 * n) / of}%`;
    Object.assign(at.style, {
      left: share(cursor.x, width), top: share(cursor.y, height),
      width: share(1, width), height: share(1, height),
    });
    at.classList.toggle("down", cursor.down);
    const where = `row ${cursor.y + 1}, column ${cursor.x + 1}, pen ${cursor.down ? "down" : "up"}`;
    $("pad-live").textContent = document.activeElement === canvas ? where : "";
  };
  canvas.addEventListener("keydown", (event) => {
    const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (!way && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    const from = middle();
    if (way) {
      cursor.x = Math.min(width - 1, Math.max(0, cursor.x + way[0]));
      cursor.y = Math.min(height - 1, Math.max(0, cursor.y + way[1]));
    } else {
      cursor.down = !cursor.down;
    }
    if (cursor.down) {
      stroke(from, middle());
      show();
    }
    mark();
  });
  canvas.addEventListener("focus", mark);
  canvas.addEventListener("blur", () => (cursor.down = false));
  mark();

  const load = async (file) => {
    try {
      const picture = await createImageBitmap(file);
      pixels.set(pixelsOf(picture, { height, width, channels, largest }));
      $("pad-says").textContent = `${file.name || "the picture"}, brought to ${height} × ${width} pixels`;
      show();
    } catch {
      $("pad-says").textContent = "That is no picture that this browser can read: try a PNG or a JPEG.";
    }
  };
  $("choose").addEventListener("click", () => $("file").click());
  $("file").addEventListener("change", ({ target }) => {
    if (target.files[0]) load(target.files[0]);
    target.value = "";
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) load(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files[0]) load(event.clipboardData.files[0]);
  });
  $("clear").addEventListener("click", () => {
    pixels.fill(0);
    $("pad-says").textContent = "";
    show();
  });
  $("invert").addEventListener("click", () => {
    pixels.forEach((value, k) => (pixels[k] = largest - value));
    show();
  });
  $("erase").addEventListener("click", ({ target }) => {
    erasing = !erasing;
    target.setAttribute("aria-pressed", String(erasing));
  });
  return { pixels, show };
}

// a canvas of pixels, each of a colour
function paint(canvas, colourOf) {
  const { width, height } = canvas;
  const image = new ImageData(width, height);
  for (let p = 0; p < width * height; p++) image.data.set([...colourOf(p), 255], 4 * p);
  canvas.getContext("2d").putImageData(image, 0, 0);
}

const LARGEST_SIDE = 1024; // of a picture, before it is brought to size

// a picture scaled to fit and centred, as `predict` does it; what stays free takes the median
// colour of its edge
function pixelsOf(picture, { height, width, channels, largest }) {
  const shrink = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
  const [w, h] = [picture.width, picture.height].map((n) => Math.max(1, Math.round(n * shrink)));
  const context = new OffscreenCanvas(w, h).getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white"; // what can be seen through is laid on white
  context.fillRect(0, 0, w, h);
  context.drawImage(picture, 0, 0, w, h);
  const { data } = context.getImageData(0, 0, w, h);
  const plane = (of) => Float64Array.from({ length: w * h }, (_, p) => of(...data.slice(4 * p, 4 * p + 3)));
  // grey as ITU-R BT.601 weighs the three
  const planes = channels === 3
    ? [plane((r) => r), plane((r, g) => g), plane((r, g, b) => b)]
    : [plane((r, g, b) => Math.round(0.299 * r + 0.587 * g + 0.114 * b))];
  const factor = Math.min(height / picture.height, width / picture.width);
  const inner = (n, most) => Math.min(Math.max(Math.round(n * factor), 1), most);
  const [iw, ih] = [inner(picture.width, width), inner(picture.height, height)];
  const [left, top] = [Math.floor((width - iw) / 2), Math.floor((height - ih) / 2)];
  const found = new Float64Array(height * width * channels);
  planes.forEach((values, k) => {
    const edge = edgeOf(values, w, h);
    const small = resampled(values, w, h, iw, ih);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inside = x >= left && x < left + iw && y >= top && y < top + ih;
        const value = inside ? Math.round(small[(y - top) * iw + x - left]) : edge;
        found[(y * width + x) * channels + k] = (value / 255) * largest;
      }
    }
  });
  return found;
}

// the median of the outermost pixels
function edgeOf(values, w, h) {
  const row = (y) => Array.from(values.subarray(y * w, (y + 1) * w));
  const column = (x) => Array.from({ length: h }, (_, y) => values[y * w + x]);
  const edge = [...row(0), ...row(h - 1), ...column(0), ...column(w - 1)].sort((a, b) => a - b);
  const half = edge.length / 2;
  return Math.floor((edge[Math.ceil(half) - 1] + edge[Math.floor(half)]) / 2);
}

// brought to another size by a triangle of weights, as wide as what becomes one pixel
function resampled(values, w, h, W, H) {
  const across = weightsOf(w, W);
  const down = weightsOf(h, H);
  const rows = new Float64Array(h * W);
  for (let y = 0; y < h; y++) {
    across.forEach((pairs, x) => {
      for (const [s, weight] of pairs) rows[y * W + x] += weight * values[y * w + s];
    });
  }
  const found = new Float64Array(H * W);
  down.forEach((pairs, y) => {
    for (const [s, weight] of pairs) {
      for (let x = 0; x < W; x++) found[y * W + x] += weight * rows[s * W + x];
    }
  });
  return found;
}

// of each of `to` pixels the places among `from` that it is made of, with their weights
function weightsOf(from, to) {
  const scale = from / to;
  const support = Math.max(1, scale);
  return Array.from({ length: to }, (_, k) => {
    const centre = (k + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support));
    const last = Math.min(from, Math.ceil(centre + support));
    const pairs = [];
    for (let s = first; s < last; s++) {
      pairs.push([s, Math.max(0, 1 - Math.abs(s + 0.5 - centre) / support)]);
    }
    const sum = pairs.reduce((total, [, weight]) => total + weight, 0);
    return pairs.map(([s, weight]) => [s, weight / sum]);
  });
}
