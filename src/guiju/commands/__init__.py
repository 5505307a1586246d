"""One module per command of `guiju`: `add(commands)` declares it, `run(args)` does it and returns the exit code."""
