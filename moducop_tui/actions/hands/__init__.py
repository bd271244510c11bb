"""What carries out the acts of a plan, one idea a file. Nothing but the executor calls it."""
