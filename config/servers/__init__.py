"""How the house is served: two listeners in one process, a worker, and the supervisor of both."""
