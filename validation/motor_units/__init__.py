"""A second source of nights with known truth: trains of motor units, unsteady rest, hearts."""
