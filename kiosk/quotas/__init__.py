"""Amounts that two sides agreed on: signed by both, booked by decisions, given back when one ends."""
