"""The mathematics of a dense network, on NumPy alone: read this room first.

Notation, the same everywhere in glassnet:

    symbol    meaning                                                      shape
    x         a layer's input (the a of the layer before; first: the data) (B, n_in)
    W, b      weights and biases; W[i, j] leads from input j to neuron i   (n_out, n_in), (n_out,)
    z         weighted sum, x @ W.T + b                                    (B, n_out)
    a         activation, f(z)                                             (B, n_out)
    y         target                                                       (B, n_out)
    delta     ∂L/∂z                                                        (B, n_out)
    dW, db    ∂L/∂W = delta.T @ x, ∂L/∂b = delta.sum(0)                    as W, b
    dx        ∂L/∂x = delta @ W                                            (B, n_in)
    theta     all parameters of a network, flat                            (P,)
    grad      ∂L/∂theta, flat                                              (P,)

A sample's loss ℓ sums over its outputs. L is the mean of ℓ over the batch, or with
sample weights w the weighted mean Σ w ℓ / Σ w; so 1/B enters once, in the output delta.
The objective is L plus the penalty, l1 Σ|W| + ½ l2 Σ W², in which biases have no part.

Where to read: activations (f beside f′), losses (ℓ beside delta), layers (forward beside
backward), network (the whole pass), optimizers (the update), gradcheck (the proof).
"""
