"""The pure core: values and decisions about orders and payments, standard library only."""
