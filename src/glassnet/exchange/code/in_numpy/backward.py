"""The half that learns: targets, the loss, its slopes, the update, the loop."""

from glassnet.core.layers import Dense
from glassnet.core.losses import BinaryCrossEntropy, CrossEntropy, Poisson
from glassnet.core.parts import of_core
from glassnet.exchange.code.in_numpy.forward import Forward, is_softmax
from glassnet.exchange.code.in_numpy.language import indented, together
from glassnet.exchange.code.plan import A, Z, df_of
from glassnet.formula import losses, tree, updates
from glassnet.formula.layers import penalty

Y_, W_ = tree.Symbol("y"), tree.Symbol("W")


class Backward(Forward):
    """The text of what learns."""

    def targets(self) -> str:
        n, lines = self.net.n_out, list[str]()
        if self.plan.classes is not None:
            lines.append("names = [str(name) for name in classes]")
            lines.append("k = [names.index(str(answer)) for answer in answers]")
            lines.append(f"Y = np.eye({n}, dtype={self.dtype})[k]" if n > 1 else
                         f"Y = np.array(k, {self.dtype})[:, None]")  # fmt: skip
        elif self.net.target_scale is not None:
            lines.append(f"y = np.asarray(answers, float).reshape(-1, {n})")
            lines.append(f"Y = ((y - np.array(y_mean)) / np.array(y_scale)).astype({self.dtype})")
        else:
            lines.append(f"Y = np.asarray(answers, {self.dtype}).reshape(-1, {n})")
        loss = of_core(self.net.loss)
        if isinstance(loss, CrossEntropy | BinaryCrossEntropy) and loss.smoothing:
            share = n if isinstance(loss, CrossEntropy) else 2
            lines.append(f"Y = {1 - loss.smoothing!r} * Y + {loss.smoothing / share!r}")
        return f'''
def targets(answers):
    """What the outputs ought to be, (B, {n})."""
{indented(lines)}
    return Y
'''

    def loss(self) -> str:
        z, a = f"z{len(self.layers)}", f"a{len(self.layers)}"
        loss, total = self.net.loss, tree.Symbol("total")
        if isinstance(of_core(loss), CrossEntropy):
            lines = [f"z = {z} - {z}.max(axis=1, keepdims=True)",
                     "log_a = z - np.log(np.exp(z).sum(axis=1, keepdims=True))",
                     "total = (Y * log_a).sum(axis=1)"]  # fmt: skip
        elif isinstance(of_core(loss), BinaryCrossEntropy):
            told = self.code(losses.term_of_z(Z, Y_), z=z, y="Y")
            lines = [f"total = -({told}).sum(axis=1)"]
        elif isinstance(of_core(loss), Poisson):
            lines = [f"total = ({self.code(A - Y_ * Z, a=a, y='Y', z=z)}).sum(axis=1)"]
        else:
            lines = [
                f"total = ({self.code(losses.output_term(loss, A, Y_), a=a, y='Y')}).sum(axis=1)"
            ]
        told = self.code(losses.of_sample(loss, tree.Sum((total,))))
        return f'''
def loss(X, Y):
    """{loss.name.replace("_", " ")}: the mean over the rows."""
    {together(self.kept())} = forward(X)
{indented(lines)}
    return ({told}).mean()
'''

    def gradients(self) -> str:
        last, lines = len(self.layers), list[str]()
        for l in range(last, 0, -1):
            layer = self.layers[l - 1]
            if l == last:
                lines += self.output_delta(layer)
            else:
                back = f"delta{l + 1} @ W{l + 1}" + f" * mask{l}" * bool(self.rates[l])
                lines += self.through(l, layer, back)
            lines += self.slopes(l, layer)
        given = together([f"d{name}" for name in self.learned], alone="({},)")
        return f'''
def gradients(X, Y{", rng=None" * any(self.rates)}):
    """The slopes of the mean loss by every weight and bias."""
    {together(self.kept())} = forward(X{", rng" * any(self.rates)})
{indented(lines)}
    return {given}
'''

    def output_delta(self, layer: Dense) -> list[str]:
        l, loss = len(self.layers), self.net.loss
        if loss.joint is not None:
            told = self.code(losses.joint_slope(loss, A, Y_), a=f"a{l}", y="Y")
            return [f"delta{l} = ({told}) / len(X)  # (B, {layer.n_out})"]
        return self.through(
            l, layer, f"({self.code(losses.slope(loss, A, Y_), a=f'a{l}', y='Y')}) / len(X)"
        )

    def through(self, l: int, layer: Dense, back: str) -> list[str]:
        """delta of layer l from the slope by its a: through its activation."""
        shape = f"  # (B, {layer.n_out})"
        if is_softmax(layer):
            total = f"(da{l} * a{l}).sum(axis=1, keepdims=True)"
            return [f"da{l} = {back}", f"delta{l} = a{l} * (da{l} - {total}){shape}"]
        told = df_of(layer)
        if told == tree.Number(1):
            return [f"delta{l} = {back}{shape}"]
        product = tree.Product((tree.Symbol(f"da{l}"), told))
        return [f"da{l} = {back}",
                f"delta{l} = {self.code(product, z=f'z{l}', a=f'a{l}')}{shape}"]  # fmt: skip

    def slopes(self, l: int, layer: Dense) -> list[str]:
        told = f"delta{l}.T @ {self.before(l)}"
        if self.net.l1 or self.net.l2:
            told += f" + {self.code(penalty(self.net.l1, self.net.l2, W_), W=f'W{l}')}"
        db = "sum(keepdims=True)[0]" if layer.bias == "layer" else "sum(axis=0)"  # one for all
        lines = [f"dW{l} = {told}  # ({layer.n_out}, {layer.n_in})", f"db{l} = delta{l}.{db}"]
        return [line for line in lines if line[1 : line.index(" ")] in self.learned]

    def rules(self) -> updates.Rules:
        """The steps of the update in an order in which each finds what it needs."""
        rules = updates.rules(self.rule, tree.Symbol("t"))
        made: updates.Rules = {}
        while rules:
            name = next(
                n for n, told in rules.items() if not set(told.symbols()) & (rules.keys() - {n})
            )
            made[name] = rules.pop(name)
        return made

    def state(self) -> list[str]:
        """The arrays that the optimizer keeps of each weight."""
        kept = type(self.rule).arrays
        return [name for name in kept if f"new.{name}" in self.rules()]

    def update(self) -> str:
        state, lines = self.state(), list[str]()
        names = {"η": "rate", **{f"new.{name}": name for name in state}}
        for name, told in self.rules().items():
            target = name.removeprefix("new.")
            if name == "new":
                lines.append(self.new_weight(told, names))
            elif target in state:
                lines.append(f"{target}[...] = {self.code(told, **names)}")
            else:
                lines.append(f"{name} = {self.code(told, **names)}")
        lines = [f"{together(state, alone='({},)')} = state"] * bool(state) + lines
        return f'''
def update(W, g{", state" * bool(state)}{", t" * self.counts}, rate):
    """{self.rule.name}: moves W, an array of weights or biases, by its slopes g."""
{indented(lines)}
'''

    def new_weight(self, told: tree.Expression, names: dict[str, str]) -> str:
        match told:
            case tree.Sum((tree.Symbol("W"), tree.Negative(step))):
                return f"W -= {self.code(step, **names)}"
        return f"W[...] = {self.code(told, **names)}"

    def train(self) -> str:
        state, rate = self.state(), repr(self.rule.learning_rate)
        lines = [f"learned = [{', '.join(self.learned)}]"]
        if state:
            lines.append(f"state = [[{', '.join(map(self.fresh, state))}] for W in learned]")
        lines += ["t = 0"] * self.counts
        if any(self.rates):
            lines.append("seeds = np.random.SeedSequence(seed).spawn(3)[1:]")
            lines.append("order, drop = [np.random.default_rng(each) for each in seeds]")
        else:
            seeds = "np.random.SeedSequence(seed).spawn(3)"
            lines.append(f"order = np.random.default_rng({seeds}[1])")
        lines += ["for _ in range(epochs):", "    places = order.permutation(len(X))",
                  "    for first in range(0, len(X), batch_size):",
                  "        k = places[first : first + batch_size]"]  # fmt: skip
        lines += [f"        {line}" for line in self.one_update(bool(state))]
        return f'''
def learn(X, Y, epochs=10, batch_size={self.plan.learning.batch_size}, rate={rate}, seed=0):
    """Goes on learning, and returns the loss; the seed decides the order of the rows."""
{indented(lines)}
    return loss(X, Y)


def train(rows, answers, **settings):
    """As learn, of rows and answers as they come."""
    return learn(prepare(rows), targets(answers), **settings)
'''

    def fresh(self, name: str) -> str:
        """What an array of the optimizer's begins with."""
        start = getattr(self.rule, "initial", 0.0) if name == "s" else 0.0
        return f"np.full_like(W, {start!r})" if start else "np.zeros_like(W)"

    @property
    def counts(self) -> bool:
        """Whether the optimizer counts its updates."""
        return any("t" in told.symbols() for told in self.rules().values())

    def one_update(self, state: bool) -> list[str]:
        """The lines that make a step from the rows k."""
        by_norm, limit = self.plan.learning.clip_norm, self.plan.learning.clip_value
        lines = [f"slopes = gradients(X[k], Y[k]{', drop' * any(self.rates)})"]
        if by_norm is not None:
            lines += ["length = np.sqrt(sum((g * g).sum(dtype=float) for g in slopes))",
                      f"if length > {by_norm!r}:",
                      f"    slopes = [g * float({by_norm} / length) for g in slopes]"]  # fmt: skip
        if limit is not None:
            lines.append(f"slopes = [np.clip(g, -{limit!r}, {limit!r}) for g in slopes]")
        lines += ["t += 1"] * self.counts
        zipped = "learned, slopes" + ", state" * state
        lines.append(f"for W, g{', s' * state} in zip({zipped}):")
        lines.append(f"    update(W, g{', s' * state}{', t' * self.counts}, rate)")
        weights, most = [name for name in self.learned if name[0] == "W"], self.net.max_norm
        if most is not None and weights:
            lines += [f"for W in {together(weights, alone='[{}]')}:",
                      "    length = np.sqrt((W * W).sum(axis=1, keepdims=True))",
                      f"    W *= {most!r} / np.maximum(length, {most!r})"]  # fmt: skip
        return lines
