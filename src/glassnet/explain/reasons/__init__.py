"""Why a row is answered so, in its own columns: Shapley values, what would change it, and how."""
