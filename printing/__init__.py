"""Paper: documents, seals, signatures, print jobs. Knows nothing of Flask and of applications."""
