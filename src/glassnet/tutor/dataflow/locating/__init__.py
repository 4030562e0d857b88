"""Where a fault is: what holds an adjoint, what comes in with a factor, what is wrong first."""
