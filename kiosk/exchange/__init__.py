"""What must happen outside the database: wished for in a transaction, done by a worker, exactly accounted for."""
