"""What the pages for people share: words, questions, refusals beside their inputs, and the view of a case."""
