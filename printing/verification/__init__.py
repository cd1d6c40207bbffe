"""The steps of judging a signed PDF, each of which can refuse; ``printing.verify`` puts them together."""
