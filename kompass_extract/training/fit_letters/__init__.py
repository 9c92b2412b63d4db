"""How the letter model is made: word lists, word sequences, damage, the model file."""
