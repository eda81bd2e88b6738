"""Two services and a worker on one database, under mixed and repeated traffic, against a model."""
