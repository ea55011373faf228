"""The same weights through torch, for GPUs; imported only where that backend is asked for."""
