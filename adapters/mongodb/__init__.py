"""Orders and tasks on MongoDB: one document an order, written with classic operators alone."""
