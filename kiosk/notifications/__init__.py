"""Short messages to people who asked for them: wished for in a transaction, carried by a worker, given up visibly."""
