"""What citizens say: enquiries and complaints with an answer due, ratings (好差评) and what follows from bad ones."""
