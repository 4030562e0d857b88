// Why: what each column, or pixel, adds to an answer, from a row that it is compared with.
//
// The players are columns j, of which the inputs x differ from those compared with, b. A coalition
// S is worth v(S) = f(x in S, b elsewhere), and φ_j is what j adds when it comes in, as the mean
// over all orders. Source: Shapley (1953); Lundberg and Lee (2017).

const MOST_EXACT = 12; // players: 4,096 coalitions
const PASSES = 5e4; // rows that are answered for drawn orders, of large networks fewer:
const WORK = 3e7; // products
const FEWEST = 10; // pairs of orders

// numbers from 0 up to 1, always the same ones. Source: Marsaglia, "Xorshift RNGs" (2003).
function numbersFrom(seed) {
  let s = seed;
  return () => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return (s >>> 0) / 2 ** 32;
  };
}

// the first layer's sums at b, what each player changes of them, and the answer from such sums
function gameOf(x, b, groups, place) {
  const [first, ...others] = layers;
  const changed = (at) => at.some((k) => x[k] !== b[k]);
  const playing = groups.map((_, j) => j).filter((j) => changed(groups[j]));
  const steps = playing.map((j) =>
    Float64Array.from(first.b, (_, i) =>
      groups[j].reduce((sum, k) => sum + first.W[i * x.length + k] * (x[k] - b[k]), 0),
    ),
  );
  const answer = (z) => {
    let a = first.f(z);
    for (const layer of others) a = layer.f(sums(layer, a));
    return decided(a).y[place];
  };
  return { playing, steps, z: sums(first, b), answer };
}

// The shares of all players of a row: it yields what it knows so far, and returns the whole.
function* shapley(x, b, groups, place) {
  const game = gameOf(x, b, groups, place);
  const value = decided(forward(x).at(-1).a).y[place];
  const base = decided(forward(b).at(-1).a).y[place];
  const exact = game.playing.length <= MOST_EXACT;
  const whole = ({ values, errors }, done) => {
    const told = groups.map(() => ({ value: 0, error: 0 }));
    game.playing.forEach((j, n) => (told[j] = { value: values[n], error: errors[n] }));
    return { value, base, shares: told, exact, done };
  };
  const search = exact ? everyCoalition(game) : drawnOrders(game);
  for (;;) {
    const step = search.next();
    if (step.done) return whole(step.value, true);
    yield step.value && whole(step.value, false);
  }
}

// by all coalitions: in that of number n is player j where bit j of n is 1
function* everyCoalition({ steps, z, answer }) {
  const players = steps.length;
  const v = new Float64Array(2 ** players);
  const at = [...steps.map(() => z), z]; // at[j]: the sums once players from j up are decided
  for (let n = 0; n < v.length; n++) {
    const moved = n ? 31 - Math.clz32(n ^ (n - 1)) : players - 1; // the highest bit that changed
    for (let j = moved; j >= 0; j--) {
      at[j] = (n >> j) & 1 ? add(at[j + 1].slice(), steps[j]) : at[j + 1];
    }
    v[n] = answer(at[0]);
    if (n % 64 === 63) yield null;
  }
  const size = (n) => (n ? (n & 1) + size(n >> 1) : 0);
  const share = [1 / players]; // of a coalition of s: 1 / (players · (players - 1 choose s))
  for (let s = 1; s < players; s++) share[s] = (share[s - 1] * s) / (players - s);
  const values = steps.map((_, j) => {
    let sum = 0;
    for (let n = 0; n < v.length; n++) {
      if (!((n >> j) & 1)) sum += share[size(n)] * (v[n | (1 << j)] - v[n]);
    }
    return sum;
  });
  return { values, errors: steps.map(() => 0) };
}

// by drawn orders, each also backwards, which brings a player that came early late
function* drawnOrders({ steps, z, answer }) {
  const players = steps.length;
  const products = layers.reduce((sum, { W }, l) => sum + (l ? W.length : z.length), 0);
  const pairs = Math.max(FEWEST, Math.floor(Math.min(PASSES, WORK / products) / (2 * players)));
  const draw = numbersFrom(2463534242);
  const [sum, squares] = [new Float64Array(players), new Float64Array(players)];
  const empty = answer(z);
  const order = steps.map((_, j) => j);
  const told = (n) => ({
    values: Array.from(sum, (s) => s / n),
    // of the mean of n pairs: √(variance / n)
    errors: Array.from(squares, (s, j) => Math.sqrt(Math.max(0, s - sum[j] ** 2 / n) / (n - 1) / n)),
  });
  for (let n = 1; n <= pairs; n++) {
    for (let j = players - 1; j > 0; j--) {
      const k = Math.floor(draw() * (j + 1));
      [order[j], order[k]] = [order[k], order[j]];
    }
    const added = new Float64Array(players);
    for (const way of [order, order.toReversed()]) {
      const known = z.slice();
      let before = empty;
      for (const j of way) {
        add(known, steps[j]);
        const now = answer(known);
        added[j] += (now - before) / 2;
        before = now;
      }
      yield null;
    }
    added.forEach((each, j) => {
      sum[j] += each;
      squares[j] += each * each;
    });
    if (n > 1 && n % 10 === 0 && n < pairs) yield told(n);
  }
  return told(pairs);
}

function add(a, b) {
  for (let i = 0; i < a.length; i++) a[i] += b[i];
  return a;
}

// what each column of a row adds, all at once: for programs and consoles
function why(row, place) {
  const x = inputs(row);
  const chosen = place ?? decided(forward(x).at(-1).a).k ?? record.first;
  const search = shapley(x, inputs(record.typical), record.groups, chosen);
  for (;;) {
    const step = search.next();
    if (step.done) return step.value;
  }
}
