"""The life of a case from receipt to close, as the law has it."""
