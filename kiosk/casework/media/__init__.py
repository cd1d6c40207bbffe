"""What a file really is: judged by its content alone, with nothing trusted that its name or sender says."""
