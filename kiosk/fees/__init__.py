"""Fees of a case: asked for with a number, paid through a port, waived or refunded; they hold no statutory clock."""
