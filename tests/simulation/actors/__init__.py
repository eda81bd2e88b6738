"""Who acts in a run: each a coroutine, begun by `Scene.act`, that ends by itself."""
