"""What became of the rows of the contact lists: used, screened, called, left."""
