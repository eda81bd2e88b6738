"""How often Python looks for values that only refer to each other."""

import gc

import pytest

from entrypoints.garbage import seldom_collected


def test_python_looks_seldom_and_not_at_what_was_there_before() -> None:
    usual, known = gc.get_threshold()[0], gc.get_freeze_count()

    with seldom_collected():
        seldom, left_out = gc.get_threshold()[0], gc.get_freeze_count()

    assert seldom > 10 * usual
    assert left_out > known


def test_all_is_as_before_afterwards_even_if_the_block_fails() -> None:
    usual = gc.get_threshold()

    with pytest.raises(RuntimeError), seldom_collected():
        raise RuntimeError

    assert gc.get_threshold() == usual
    assert gc.get_freeze_count() == 0
