"""The mistakes that only the course's own functions can hold, each told as the others are."""

from glassnet.tutor.mistakes.record import Mistake


def _mistake(
    stage: str, name: str, title: str, why: str, wrong: str, right: str, hint: str
) -> Mistake:
    return Mistake(name, title, why, wrong, right, hint, "expected", {}, stage=stage)


_MISTAKES = (
    # the arrays of the example
    _mistake(
        "example", "inputs-in-a-row", "the inputs stand in a row instead of a column",
        "Every value of x must meet its weight in a row of W, so x has a row for each input. "
        "Inner brackets around each number make a column.",
        "np.array([[x0, x1]]), shape (1, 2)", "np.array([[x0], [x1]]), shape (2, 1)",
        "What is x.shape?",
    ),
    _mistake(
        "example", "inputs-flat", "the inputs are neither row nor column",
        "An array of shape (2,) is numbers in a line, and NumPy stretches it against a column to a "
        "square. With a second pair of brackets its shape says which it is.",
        "np.array([x0, x1]), shape (2,)", "np.array([[x0], [x1]]), shape (2, 1)",
        "How many pairs of brackets does x have?",
    ),
    _mistake(
        "example", "biases-flat", "the biases are neither row nor column",
        "Numbers of shape (2,) added to a column of shape (2, 1) give a square of shape (2, 2), "
        "without a word of warning. Two columns are added row by row.",
        "np.array([b0, b1]), shape (2,)", "np.array([[b0], [b1]]), shape (2, 1)",
        "What is biases[0].shape?",
    ),
    _mistake(
        "example", "weights-by-input", "rows and columns of the weights are exchanged",
        "The product takes the rows of W, so the weights that belong together stand in a row. Here "
        "they stand in a column.",
        "W1[0,1] in row 1, column 0", "W1[0,1] in row 0, column 1",
        "Does each weight stand where its address says?",
    ),
    _mistake(
        "example", "targets-for-inputs", "inputs and targets have changed places",
        "x is what goes into the network, y what should come out of it. The function returns x "
        "first.",
        "return y, x, …", "return x, y, …", "Which of the two goes in?",
    ),
    # one neuron
    _mistake(
        "neuron", "products-not-summed", "the products are not added up",
        "w * x multiplies entry by entry and stretches a row against a column to a square. A "
        "neuron adds its products to one number, which is what @ does.",
        "w * x + b", "w @ x + b", "How many numbers should one neuron give?",
    ),
    _mistake(
        "neuron", "bias-inside", "the bias is added to every input",
        "Added to the inputs, the bias is multiplied by each weight. It belongs to the sum, once.",
        "w · (x + b)", "w · x + b", "What does the neuron give when every input is 0?",
    ),
    _mistake(
        "neuron", "bias-times", "the sum is multiplied by the bias",
        "The bias moves the sum up or down by a fixed amount. As a factor it would make the sum "
        "nothing wherever it is 0.",
        "(w · x) · b", "w · x + b", "What does the neuron give when every input is 0?",
    ),
    # a layer
    _mistake(
        "layer", "bias-across", "the biases are added across, as a row",
        "A row added to a column is stretched to a square: every neuron meets every bias. Both "
        "are columns, and are added neuron by neuron.",
        "W @ a + b.T", "W @ a + b", "What is the shape of what your layer gives?",
    ),
    _mistake(
        "layer", "product-turned", "the product stands the wrong way round",
        "In a matrix product the order counts: the rows of the first meet the columns of the "
        "second. The rows of W are the neurons, so W comes first.",
        "a @ W + b", "W @ a + b", "Which shapes stand beside each other in your product?",
    ),
    # sigmoid
    _mistake(
        "sigmoid", "one-left-out", "the 1 under the line is left out",
        "1 / e⁻ᶻ is eᶻ, which grows beyond all bounds. The 1 beside e⁻ᶻ is what keeps the value "
        "below 1.",
        "1 / e⁻ᶻ", "1 / (1 + e⁻ᶻ)", "What does your function give for a large z?",
    ),
    # slopes by nudging
    _mistake(
        "slope", "nudged-up-only", "the weight is nudged to one side alone",
        "From the middle to one side the step sees the curve's bend too, and its slope is off in "
        "the fourth digit or so. Up and down, the bend cancels.",
        "(L(w + h) − L(w)) / h", "(L(w + h) − L(w − h)) / (2h)",
        "Between which two points do you measure?",
    ),
    _mistake(
        "slope", "divided-by-one-step", "the difference is divided by one step instead of two",
        "From w − h to w + h the way is 2h long. Divided by h the slope comes out twice too steep.",
        "(L(w + h) − L(w − h)) / h", "(L(w + h) − L(w − h)) / (2h)",
        "How far apart are the two points?",
    ),
    _mistake(
        "slope", "slope-turned", "down is not subtracted from up, but up from down",
        "A slope is what the loss gains when the weight grows. The other way round, uphill looks "
        "like downhill.",
        "(L(w − h) − L(w + h)) / (2h)", "(L(w + h) − L(w − h)) / (2h)",
        "Does the loss grow when the weight grows?",
    ),
    _mistake(
        "slope", "nudge-kept", "the weight stays nudged",
        "`nudged = weights` is a second name for the same arrays, and `weights.copy()` a second "
        "list of them, so the first nudge is still there when the second comes. A copy of each "
        "array leaves the weights alone.",
        "nudged = weights, or weights.copy()", "nudged = [W.copy() for W in weights]",
        "What is in weights after your function has run?",
    ),
    _mistake(
        "slope", "nudge-not-used", "the nudge never reaches the forward pass",
        "Both losses are worked out with what was not nudged, so they are equal, and the slope is "
        "exactly 0.",
        "forward(x, weights, biases)", "the forward pass with what was nudged in it",
        "Where is `nudged` used, once it is nudged?",
    ),
    _mistake(
        "slope", "row-nudged", "a whole row of weights is nudged",
        "nudged[l][i] is row i, all weights of that neuron. One entry has two indices.",
        "nudged[l][i] += h", "nudged[l][i, j] += h", "How many weights do you change?",
    ),
    # descent
    _mistake(
        "descend", "moved-while-measuring", "weights move before all slopes are measured",
        "A step belongs to one place: all its slopes are measured there, and then all weights "
        "move. Here the later slopes are those of a place half-way.",
        "W[i, j] -= rate * slope(…), within the loop", "measure all slopes, then move",
        "At which place is the last slope measured?",
    ),
    # many samples
    _mistake(
        "forward_rows", "rows-not-transposed", "the weights are not transposed",
        "With samples in rows, X is (B, n_in) and the product must end with n_out columns. W is "
        "(n_out, n_in), so it is Wᵀ that fits; a square W hides the difference.",
        "A @ W + b", "A @ W.T + b", "Which shapes stand beside each other in your product?",
    ),
    _mistake(
        "forward_rows", "still-in-columns", "the samples still stand in columns",
        "W @ Aᵀ gives a column for each sample, as before. In rows, each sample keeps its row from "
        "the data to the outputs.",
        "W @ A.T + b", "A @ W.T + b", "What is the shape of what you give back?",
    ),
    # beside the five of a lesson, and in its exercise
    _mistake(
        "neuron_by_loop", "last-product-only", "only the last product is kept",
        "In each round of the loop the product is added to what is there already. Here each takes "
        "the place of the one before.",
        "z = weight * value", "z = z + weight * value", "What is in z after two rounds?",
    ),
    _mistake(
        "forward", "lists-exchanged", "the two lists are given back in the other order",
        "forward gives the sums z first, and then the activations, which begin with x.",
        "return activations, zs", "return zs, activations", "Which list does x stand in?",
    ),
    _mistake(
        "hidden_delta", "weights-by-entry-back", "the weights are multiplied entry by entry",
        "What comes back to a neuron along several roads is added up: `W_next.T @ delta_next`. `*` "
        "multiplies and adds nothing.",
        "W_next.T * delta_next", "W_next.T @ delta_next",
        "How many numbers should come back to each neuron?",
    ),
    _mistake(
        "column", "numbers-in-a-row", "the numbers lie in a row",
        "A column has a row for each number: its shape is (how many, 1). Yours is (1, how "
        "many).",
        "reshape(1, -1), shape (1, 3)", "reshape(-1, 1), shape (3, 1)",
        "Which of the two numbers of the shape counts the rows?",
    ),
    _mistake(
        "column", "numbers-flat", "the array is a plain list of numbers, not a column",
        "np.array of a list has the shape (3,), without rows and columns. A column's shape is "
        "(3, 1).",
        "np.array(values), shape (3,)", "np.array(values).reshape(-1, 1), shape (3, 1)",
        "What is the shape of what you give back?",
    ),
    _mistake(
        "count_parameters", "biases-not-counted", "the biases are not counted",
        "A layer has a weight for each pair of neurons, and one bias more for each neuron of "
        "its own.",
        "before · after", "before · after + after",
        "How many numbers does each neuron have beside its weights?",
    ),
    _mistake(
        "sigmoid", "one-number-at-a-time", "the exponential takes one number, and an array came",
        "math.exp is Python's own and knows no arrays. np.exp works on every entry of an array.",
        "math.exp(-z)", "np.exp(-z)", "Which exp do you call?",
    ),
    _mistake(
        "inverse_sigmoid", "inverse-turned", "the fraction in the logarithm is upside down",
        "a = 1 / (1 + e⁻ᶻ) gives e⁻ᶻ = (1 − a) / a, and so eᶻ = a / (1 − a). The fraction "
        "upside down gives −z.",
        "log((1 − a) / a)", "log(a / (1 − a))", "Is an a above one half a z above or below 0?",
    ),
    _mistake(
        "forward", "input-not-kept", "the list of activations does not begin with x",
        "activations[0] is what the first layer is given: x. With it there is one activation "
        "more than there are sums, and each layer finds its input at the end of the list.",
        "activations = []", "activations = [x]",
        "What does the first layer find at the end of the list?",
    ),
    _mistake(
        "forward", "return-in-the-loop", "the function ends in the first round of its loop",
        "A `return` inside the loop is reached after one layer, and what comes after it never "
        "runs. It stands below the loop, as far left as `for`.",
        "return inside the loop", "return after the loop",
        "How far is your `return` moved in?",
    ),
    _mistake(
        "forward", "list-overwritten", "the list of sums is overwritten by the last sum",
        "`zs = …` makes zs another thing in every round, and what it held is gone. append puts one "
        "more at the end of the list.",
        "zs = layer(…)", "zs.append(layer(…))", "How many sums are in zs after your loop?",
    ),
    _mistake(
        "predict", "all-layers-given", "the activations of all layers are given back",
        "forward gives two lists, and the outputs are the last entry of the second.",
        "forward(…)[1]", "forward(…)[1][-1]", "How many arrays do you give back?",
    ),
    _mistake(
        "predict", "sum-for-activation", "the last sum is given back, not the activation",
        "forward gives the sums z first, then the activations. What the network gives out is "
        "the last activation.",
        "forward(…)[0][-1]", "forward(…)[1][-1]", "Does yours lie between 0 and 1?",
    ),
    _mistake(
        "loss", "errors-not-summed", "the errors of the outputs are not added up",
        "A loss is one number. Yours still has one for each output: np.sum adds them up.",
        "½ (a − y)²", "½ Σ (a − y)²", "How many numbers does your loss give?",
    ),
    _mistake(
        "loss_of_each", "errors-summed", "the errors are added up",
        "Here each output keeps its own number, so that one sees which is how wrong. The sum is "
        "what loss gives.",
        "½ Σ (a − y)²", "½ (a − y)²", "How many numbers should come back?",
    ),
    _mistake(
        "slope", "multiplied-by-the-step", "the difference is multiplied by the step, not divided",
        "Python works from left to right: / 2 * step divides by 2 and then multiplies by the "
        "step. Brackets keep 2 · step together.",
        "(up − down) / 2 * step", "(up − down) / (2 * step)", "What does 6 / 2 * 3 give?",
    ),
    _mistake(
        "slope", "indices-exchanged", "the indices of the weight are exchanged",
        "[i, j] is row i, column j: to neuron i, from input j. Exchanged it is another weight, "
        "or, where the layer is not square, none.",
        "[j, i]", "[i, j]", "Which comes first, the row or the column?",
    ),
    _mistake(
        "descend", "taken-from-the-step",
        "the weights are taken from the step, not the step from the weights",
        "The new weights are the old ones less a small step. The other way round they all "
        "change their sign.",
        "α · S − W", "W − α · S", "What is left of W if the slopes are 0?",
    ),
    _mistake(
        "passes_needed", "one-pass-a-slope", "only one pass is counted for a slope",
        "A slope by nudging takes two passes: one with the weight a little larger, one with it "
        "a little smaller.",
        "one for each weight and step", "two for each weight and step",
        "How many losses does one slope need?",
    ),
    _mistake(
        "passes_needed", "biases-nudged-too", "the biases are counted too",
        "descend nudges the weights alone: a layer has before · after of them.",
        "(before + 1) · after", "before · after", "Does descend move the biases?",
    ),
    _mistake(
        "output_delta", "slope-given-a", "the slope of σ is asked for at a, not at z",
        "sigmoid_derivative takes z and works out a = σ(z) itself. Given a, it takes σ of it "
        "once more.",
        "(a − y) ⊙ σ′(a)", "(a − y) ⊙ σ′(z)",
        "What does your sigmoid_derivative do with what it is given?",
    ),
    _mistake(
        "output_delta", "brackets-lost", "brackets are missing around the error",
        "Python multiplies before it subtracts, so the factors go to y alone. The error a − y "
        "stands in brackets.",
        "a − y ⊙ σ′(z)", "(a − y) ⊙ σ′(z)",
        "Which comes first in yours, the product or the difference?",
    ),
    _mistake(
        "output_delta", "one-factor-lost", "one factor of the sigmoid's slope is lost",
        "The slope of a sigmoid is a(1 − a): two factors. With one of them it is another "
        "function's.",
        "(a − y) ⊙ (1 − a), or (a − y) ⊙ a", "(a − y) ⊙ a ⊙ (1 − a)", "How many factors has σ′?",
    ),
    _mistake(
        "output_delta", "slope-of-another-layer",
        "the slope of σ is taken from another layer's activations",
        "The outputs' delta has the slope of the outputs' own curve. A1 belongs to the hidden "
        "layer; layers of one size hide it.",
        "(A2 − Y) ⊙ A2 ⊙ (1 − A1)", "(A2 − Y) ⊙ A2 ⊙ (1 − A2)",
        "Which layer do the factors beside A2 − Y belong to?",
    ),
    _mistake(
        "tanh_output_delta", "tanh-slope-of-z",
        "the slope of tanh is taken of something else than a",
        "The slope of tanh is 1 − a², where a = tanh(z) is there already. Neither z nor tanh(a) "
        "belongs into it.",
        "1 − z², or 1 − tanh(a)²", "1 − a²", "Of which number is the square?",
    ),
    _mistake(
        "tanh_output_delta", "sigmoid-slope-kept", "the slope is still the sigmoid's",
        "a(1 − a) is the slope of a sigmoid. That of tanh is 1 − a².", "a ⊙ (1 − a)", "1 − a²",
        "Whose slope is it?",
    ),
    _mistake(
        "hidden_delta", "slope-carried-back",
        "the slope goes back through the weights, with the wrong layer",
        "σ′(z) belongs to this hidden layer, and stands outside the product: first the next "
        "layer's δ comes back through Wᵀ, then each neuron multiplies by its own slope.",
        "Wᵀ(δ ⊙ σ′(z))", "(Wᵀδ) ⊙ σ′(z)",
        "How many numbers has δ of the next layer, and how many has z?",
    ),
    _mistake(
        "hidden_delta", "slope-as-product", "the slope is multiplied as a matrix",
        "Each neuron has a slope of its own, so it is multiplied entry by entry, with *. @ "
        "would add up over neurons.",
        "(Wᵀδ) @ σ′(z)", "(Wᵀδ) * σ′(z)", "Does a neuron need the slope of another?",
    ),
    _mistake(
        "update", "loop-variable-moved", "only the loop's variables move",
        "`W = W − …` gives the name W another array, and the list still holds the old one. Put "
        "the new arrays into new lists.",
        "for W, … : W = W − α·dW", "[W − α·dW for W, dW in zip(weights, dWs)]",
        "What is in the list weights after your loop?",
    ),
    _mistake(
        "train", "deltas-turned-round", "the deltas stand last layer first",
        "They are found from the last layer to the first, and append puts each at the end. "
        "gradients takes them first layer first, so each is put in front.",
        "deltas.append(…)", "deltas.insert(0, …)", "Whose delta is deltas[0]?",
    ),
    _mistake(
        "train", "update-not-kept", "the result of the update is not kept",
        "update gives back new weights and biases. Without a name for them they are lost, and "
        "every round begins with the old ones.",
        "update(weights, …)", "weights, biases = update(weights, …)",
        "Where does what update gives back go?",
    ),
    _mistake(
        "train", "activation-of-z", "output_delta is given the activation in the place of the sum",
        "The first thing that output_delta takes is z, of which it works out σ′. zs[-1] is that "
        "of the last layer.",
        "output_delta(a, a, y)", "output_delta(z, a, y)",
        "In which order does output_delta take its arguments?",
    ),
    _mistake(
        "train_weights", "biases-moved-meanwhile", "the biases move between the steps",
        "One call of train makes all steps, and moves the biases in each. Asked for one step at "
        "a time, it can be given the old biases again each time.",
        "train(…, steps)", "for each step: train(…, 1), and keep the weights alone",
        "Which biases does the second step begin with?",
    ),
    _mistake(
        "gradients", "gradients-of-one-sample", "the gradients are still those of one sample",
        "With many samples side by side δ·aᵀ adds up over them and δ has a column for each. "
        "Both are to be a mean over the samples: divided by how many there are, for the biases "
        "summed along the rows first.",
        "dW = δ·aᵀ, db = δ", "dW = δ·aᵀ / B, db = Σ δ / B",
        "What shape has db, and what shape has b?",
    ),
    _mistake(
        "gradients", "outputs-counted", "it is divided by the number of neurons, not of samples",
        "len counts the rows, which are neurons here. The samples are the columns: shape[1].",
        "/ len(deltas[0])", "/ deltas[0].shape[1]", "Which axis counts the samples?",
    ),
    _mistake(
        "hidden_delta_rows", "turned-in-rows",
        "the weights are transposed, where rows need them as they are",
        "W_next is (n_next, n): what stands before it has n_next columns, as delta_next has in "
        "rows. Turned over, everything is turned: Wᵀδ becomes δW.",
        "delta_next @ W_next.T", "delta_next @ W_next", "Which two numbers stand in the middle?",
    ),
    _mistake(
        "hidden_delta_rows", "columns-in-rows", "the product is that for samples in columns",
        "With a row for each sample delta_next is (B, n_next) and comes first. Turned over, Wᵀδ "
        "becomes δW.",
        "W_next.T @ delta_next", "delta_next @ W_next", "Which two numbers stand in the middle?",
    ),
)  # fmt: skip
OWN_MISTAKES = {mistake.name: mistake for mistake in _MISTAKES}
