"""HTTP as all adapters that go out by it need it: one address, bounded, and our errors."""
