"""Tests of the house itself: boundaries, packaging, sizes."""
