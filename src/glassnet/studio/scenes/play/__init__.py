"""The playground: points in the plane, and networks that learn them while one changes all."""
