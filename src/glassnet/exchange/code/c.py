"""A network as a C99 header: no library but math.h, no memory but the stack."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from glassnet.core.activations import Array
from glassnet.core.network import Network
from glassnet.data.preparation import Preparation
from glassnet.data.table.inputs import CategoryInput, DateInput, NumberInput
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code.expressions import Language, steady
from glassnet.exchange.code.literals import number
from glassnet.exchange.code.plan import CodePlan, f_of, in_float32

WIDTH = 88
FUNCTIONS = {
    "exp": "exp", "ln": "log", "tanh": "tanh", "sqrt": "sqrt", "erf": "erf", "erfc": "erfc",
    "expm1": "expm1", "abs": "fabs", "max": "fmax", "min": "fmin",
}  # fmt: skip
HELPERS = {
    "sigmoid": """
/* 1 / (1 + exp(-z)), by an exponent that is never positive */
static inline @T @_sigmoid(@T z) {
    @T e = exp@f(-fabs@f(z));
    return (z >= 0 ? 1 : e) / (1 + e);
}
""",
    "softplus": """
/* ln(1 + exp(z)), by an exponent that is never positive */
static inline @T @_softplus(@T z) {
    return fmax@f(z, 0) + log1p@f(exp@f(-fabs@f(z)));
}
""",
    "sign": """
static inline @T @_sign(@T z) {
    return (@T)((z > 0) - (z < 0));
}
""",
}
SOFTMAX = """
/* exp(z) as shares of their sum; less the largest z it cannot overflow */
static inline void @_softmax(@T *z, int n) {
    @T top = z[0], sum = 0;
    for (int i = 1; i < n; i++) top = fmax@f(top, z[i]);
    for (int i = 0; i < n; i++) sum += z[i] = exp@f(z[i] - top);
    for (int i = 0; i < n; i++) z[i] /= sum;
}
"""
DATE = """
/* a day, counted from 1970-01-01: as a number, and its place in year, week and day on a circle */
static inline void @_date(double days, double mean, double scale, int clock, @T *x) {
    const double turn = 6.283185307179586;
    double day = floor(days), year = 1970 + floor(day / 365.2425), first;
    for (;;) { /* the year whose first day is not after this day, and the next one's is */
        double y = year - 1;
        first = 365 * (year - 1970) + floor(y / 4) - floor(y / 100) + floor(y / 400) - 477;
        int leap = fmod(year, 4) == 0 && (fmod(year, 100) != 0 || fmod(year, 400) == 0);
        if (day < first) year -= 1;
        else if (day >= first + 365 + leap) year += 1;
        else break;
    }
    double week = fmod(days + 3, 7);
    double places[3] = {(days - first) / 365.25, (week < 0 ? week + 7 : week) / 7, days - day};
    x[0] = (@T)((days - mean) / scale);
    for (int i = 0; i < (clock ? 3 : 2); i++) {
        x[1 + 2 * i] = (@T)sin(turn * places[i]);
        x[2 + 2 * i] = (@T)cos(turn * places[i]);
    }
}
"""
CLIPPED = """
/* x drawn in, so that what lies far out is never beyond 3 */
static inline double @_clipped(double x) { return x / sqrt(1 + x / 3 * (x / 3)); }
"""


def files(plan: CodePlan, int8: bool = False, measured: str = "") -> dict[str, str | bytes]:
    """The header. Args: int8, weights of 8 bits; measured, what that costs, in a sentence."""
    return {".h": Header(plan, int8, measured).text()}


def in_int8(W: Array) -> tuple[Array, Array]:
    """Each row's weights as whole numbers up to 127, and what they are multiples of, (n_out,).

    >>> q, scale = in_int8(np.array([[0.5, -1.0]]))
    >>> q, scale * 127
    (array([[  64, -127]], dtype=int8), array([1.]))
    """
    largest = np.abs(W).max(axis=1)
    smallest = 127 * np.finfo(W.dtype).tiny  # a row below it is 0: its scale would be none
    scale = np.where(largest > smallest, largest, 1) / 127
    return np.rint(W / scale[:, None]).astype(np.int8), scale.astype(W.dtype)


def coarse(net: Network) -> Network:
    """A copy whose weights are what 8 bits leave of them."""
    made = net.copy()
    for layer in made.dense_layers:
        q, scale = in_int8(layer.W)
        layer.W = q * scale[:, None]
    return made


@dataclass(frozen=True)
class Header:
    """The text, piece by piece."""

    plan: CodePlan
    int8: bool
    measured: str

    @property
    def T(self) -> str:
        return "float" if in_float32(self.plan.net) else "double"

    def put(self, text: str) -> str:
        """A text with its type and names."""
        f = "f" if self.T == "float" else ""
        return text.replace("@_", f"{self.plan.identifier}_").replace("@T", self.T).replace("@f", f)

    def number(self, value: int | float) -> str:
        return repr(value) + ("f" if self.T == "float" and isinstance(value, float) else "")

    @property
    def language(self) -> Language:
        f = "f" if self.T == "float" else ""
        own = {name: self.put(f"@_{name}") for name in HELPERS}
        return Language(
            functions={name: called + f for name, called in FUNCTIONS.items()} | own,
            number=self.number,
            pi=self.number(np.pi),
            power=f"pow{f}",
            helpers={name: self.put(text) for name, text in HELPERS.items()},
        )

    def text(self) -> str:
        net, guard = self.plan.net, f"{self.plan.identifier.upper()}_H"
        trees = [steady(f) for f in map(f_of, net.dense_layers) if f is not None]
        softmax = any(f_of(layer) is None for layer in net.dense_layers)
        pieces = [
            self.arrays(), *self.language.needed(*trees).values(),
            self.put(SOFTMAX) * softmax, self.prepare(), self.forward(), self.answer(),
        ]  # fmt: skip
        body = "\n".join(piece.strip("\n") + "\n" for piece in pieces if piece)
        includes = "#include <math.h>\n" + "#include <stdint.h>\n" * self.int8
        return f"{self.remark()}#ifndef {guard}\n#define {guard}\n\n{includes}\n{body}\n#endif\n"

    def remark(self) -> str:
        net = self.plan.net
        flash, names = self.flash()
        ram = sum(d.n_out for d in net.dense_layers[:-1])
        texts = f"\n(texts {names:,}, with a pointer each)" if names else ""
        size = net.dtype.itemsize
        cells = self.cells()
        measured = f"\n{_plain(self.measured)}\n" if self.measured else ""
        answer = "int k = @_class(out)" if self.plan.classes is not None else "@_numbers(out, y)"
        use = self.put(f"@_prepare(cells, x); @_forward(x, out); {answer};")
        return f"""/* A network {self.plan.sizes} in C99: it predicts as in glassnet.

{_plain(self.plan.made_by)}

    {use}

There are {cells} cells (double), {net.n_in} in x and {net.n_out} in out ({self.T}).
Nothing is allocated. Of flash the numbers take {flash:,} bytes, beside the code{texts};
of RAM, on the stack, the layers between take {ram * size:,} bytes, and who calls has
{8 * cells:,} for cells, {net.n_in * size:,} for x and {net.n_out * size:,} for out.
{measured}*/
"""

    def cells(self) -> int:
        preparation = self.plan.net.preparation
        if isinstance(preparation, TablePreparation):
            return len(preparation.used)
        return self.plan.net.n_in

    def flash(self) -> tuple[int, int]:
        """The bytes of all arrays of numbers, and of the texts."""
        net, size = self.plan.net, self.plan.net.dtype.itemsize
        numbers = sum(d.W.size * (1 if self.int8 else size) for d in net.dense_layers)
        numbers += sum(d.n_out * size * (1 + self.int8) for d in net.dense_layers)
        numbers += sum(8 * len(values) for _, values in self.scales())
        texts = [text for _, row in self.texts() for text in row]
        return numbers, sum(len(text.encode()) + 1 for text in texts)

    def scales(self) -> Iterable[tuple[str, tuple[float, ...]]]:
        """What an array of numbers is prepared by, by its names."""
        preparation = self.plan.net.preparation
        if isinstance(preparation, Preparation) and preparation.kind == "standardize":
            yield from (("mean", preparation.mean), ("scale", preparation.scale))

    def texts(self) -> Iterable[tuple[str, list[str]]]:
        """The classes' names, the columns', and each column's levels."""
        if self.plan.classes is not None:
            yield "classes", list(map(str, self.plan.classes))
        preparation = self.plan.net.preparation
        if isinstance(preparation, TablePreparation):
            yield "columns", [column.name for column in preparation.used]
            for k, column in enumerate(preparation.used):
                if isinstance(column.code, CategoryInput) and column.code.levels:
                    yield f"levels_{k}", list(column.code.levels)

    def arrays(self) -> str:
        """Weights and biases; names of columns, levels and classes."""
        told = []
        for l, layer in enumerate(self.plan.net.dense_layers, 1):
            shape = f"[{layer.n_out}][{layer.n_in}]"
            if self.int8:
                q, scale = in_int8(layer.W)
                told.append(self.constant("int8_t", f"W{l}{shape}", q))
                told.append(self.constant(self.T, f"s{l}[{layer.n_out}]", scale))
            else:
                told.append(self.constant(self.T, f"W{l}{shape}", layer.W))
            b = np.broadcast_to(layer.b, layer.n_out)
            told.append(self.constant(self.T, f"b{l}[{layer.n_out}]", b))
        told += [self.strings(name, texts) for name, texts in self.texts()]
        for name, values in self.scales():
            told.append(self.constant("double", f"{name}[{len(values)}]", np.array(values)))
        return "".join(told)

    def constant(self, kind: str, name: str, values: Array) -> str:
        f = "f" if kind == "float" else ""
        rows = [
            _filled([f"{number(v)}{f}" if kind != "int8_t" else str(int(v)) for v in row])
            for row in (values if values.ndim == 2 else [values])
        ]
        body = ",\n    ".join(rows) if values.ndim == 2 else rows[0][1:-1]
        return self.put(f"static const {kind} @_{name} = {{\n    {body}}};\n")

    def strings(self, name: str, texts: Iterable[str]) -> str:
        told = ",\n".join(f"    {quoted(text)}" for text in texts)
        return self.put(f"static const char *const @_{name}[] = {{\n{told}}};\n")

    def forward(self) -> str:
        net, lines, x = self.plan.net, list[str](), "x"
        for l, layer in enumerate(net.dense_layers, 1):
            last = l == len(net.dense_layers)
            a = "out" if last else f"a{l}"
            if not last:
                lines.append(f"@T {a}[{layer.n_out}];")
            f = f_of(layer)
            told = "z" if f is None else self.language.text(steady(f), {"z": "z"})
            start, end = ("0", f"@_b{l}[i] + @_s{l}[i] * z") if self.int8 else (f"@_b{l}[i]", "")
            lines += [
                f"for (int i = 0; i < {layer.n_out}; i++) {{",
                f"    @T z = {start};",
                f"    for (int j = 0; j < {layer.n_in}; j++) z += @_W{l}[i][j] * {x}[j];",
                *[f"    z = {end};"] * self.int8,
                f"    {a}[i] = {told};",
                "}",
                *[f"@_softmax({a}, {layer.n_out});"] * (f is None),
            ]
            x = a
        body = "\n".join(f"    {line}" for line in lines)
        head = f"static inline void @_forward(const @T x[{net.n_in}], @T out[{net.n_out}]) {{"
        return self.put(f"/* the outputs, of prepared inputs */\n{head}\n{body}\n}}\n")

    def prepare(self) -> str:
        net = self.plan.net
        loop = f"for (int j = 0; j < {net.n_in}; j++) "
        before, what = "", "the inputs, of the row's numbers"
        match net.preparation:
            case TablePreparation() as preparation:
                lines = self.columns(preparation)
                dates = any(isinstance(c.code, DateInput) for c in preparation.used)
                clips = any(getattr(c.code, "clip", False) for c in preparation.used)
                before = self.put(DATE) * dates + self.put(CLIPPED) * clips
                what = ("the inputs, of a cell a column: a number (yes is 1), the place of a level "
                        "in its list\n   (another number where it is in none), days since "
                        "1970-01-01; NAN where it is missing")  # fmt: skip
            case Preparation(kind="pixels") as preparation:
                lines = [f"{loop}x[j] = (@T)(cells[j] / {preparation.scale[0]!r});"]
            case Preparation():
                lines = [f"{loop}x[j] = (@T)((cells[j] - @_mean[j]) / @_scale[j]);"]
            case _:
                lines = [f"{loop}x[j] = (@T)cells[j];"]
        body = "\n".join(f"    {line}" for line in lines)
        head = f"static inline void @_prepare(const double cells[{self.cells()}], @T x[{net.n_in}])"
        return before + self.put(f"\n/* {what} */\n{head} {{\n{body}\n}}\n")

    def columns(self, preparation: TablePreparation) -> list[str]:
        lines = []
        for k, column in enumerate(preparation.used):
            place, cell = preparation.places[column.name], f"cells[{k}]"
            start, last = place.start, place.stop - 1
            match column.code:
                case NumberInput(mean, scale, clip=clip):
                    told = f"(({cell} - {mean!r}) / {scale!r})"
                    if clip:  # what lies far out is drawn in, never beyond 3
                        told = f"@_clipped{told}"
                    lines.append(f"x[{start}] = isnan({cell}) ? 0 : (@T){told};")
                case CategoryInput(levels, other, gaps):
                    n = len(levels)
                    loop = f"for (int k = 0; k < {n}; k++)"
                    if levels:  # none where it counts alone whether the column is there
                        lines.append(f"{loop} x[{start} + k] = {cell} == k;")
                    if other:
                        known = " + ".join(f"x[{start + i}]" for i in range(n))
                        missing = f" && !isnan({cell})" if gaps else ""
                        lines.append(f"x[{start + n}] = {known} == 0{missing};")
                case DateInput(mean, scale, _, clock):
                    n = 7 if clock else 5
                    lines.append(f"for (int k = 0; k < {n}; k++) x[{start} + k] = 0;")
                    given = f"{cell}, {mean!r}, {scale!r}, {int(clock)}, x + {start}"
                    lines.append(f"if (!isnan({cell})) @_date({given});")
            if column.code is not None and column.code.gaps:
                lines.append(f"x[{last}] = isnan({cell}) != 0;")
        return lines

    def answer(self) -> str:
        net = self.plan.net
        given = f"(const @T out[{net.n_out}]"
        if self.plan.classes is not None and net.n_out == 1:
            body = "    return out[0] >= 0.5;"
        elif self.plan.classes is not None:
            body = f"""    int k = 0;
    for (int i = 1; i < {net.n_out}; i++)
        if (out[i] > out[k]) k = i;
    return k;"""
        else:
            by = net.target_scale
            pairs = [
                np.broadcast_to(getattr(by, name, none), net.n_out).tolist()
                for name, none in (("scale", 1.0), ("mean", 0.0))
            ]
            told = (
                f"    y[{i}] = out[{i}] * {s!r} + {m!r};" for i, (s, m) in enumerate(zip(*pairs))
            )
            body = "\n".join(told)
            head = f"static inline void @_numbers{given}, double y[{net.n_out}]) {{"
            return self.put(f"/* the numbers, in their units */\n{head}\n{body}\n}}\n")
        told = f"/* the class's place among @_classes */\nstatic inline int @_class{given}) {{"
        return self.put(f"{told}\n{body}\n}}\n")


def _filled(parts: list[str]) -> str:
    """{1, 2}, in a line or in several."""
    lines = ["{"]
    for n, part in enumerate(parts):
        part += "," if n < len(parts) - 1 else "}"
        if len(lines[-1]) + len(part) + 5 > WIDTH:
            lines.append("    ")
        lines[-1] += part if lines[-1] in ("{", "    ") else f" {part}"
    return "\n    ".join(line.strip() for line in lines)


def quoted(text: str) -> str:
    """A text as a C string in ASCII: what is not plain as octal escapes.

    >>> print(quoted('a "b"?'))
    "a \\042b\\042\\077"
    """
    plain = set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;=+-_()[]<>|!")
    held = text.encode("utf-8", "backslashreplace")
    return '"' + "".join(chr(c) if c in plain else f"\\{c:03o}" for c in held) + '"'


def _plain(text: str) -> str:
    """A sentence that cannot end a remark, in ASCII."""
    return text.replace("*/", "* /").replace("/*", "/ *").encode("ascii", "replace").decode()
