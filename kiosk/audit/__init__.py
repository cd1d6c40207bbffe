"""The audit trail: written with every change, chained afterwards, checked by anyone."""
