"""The gate: articles in, pass or hold out, with where and why."""
