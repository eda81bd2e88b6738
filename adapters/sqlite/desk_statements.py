"""What an operator asks of the tasks, in SQL."""
# ruff: noqa: S608 -- statements are put together from the words of these files alone

from adapters.sqlite.statements import TO_COME

MEASURE_TASKS = f"""
    SELECT kind, state, count(*) AS tasks, min(ready_at) AS first_ready_at FROM tasks
    WHERE {TO_COME} AND state IN ('waiting', 'leased', 'parked') GROUP BY state, kind
"""
COUNT_TASKS = f"""
    SELECT count(*) AS tasks
    FROM (SELECT 1 FROM tasks WHERE {TO_COME} AND state = :state LIMIT :at_most)
"""
PAGE_OF_TASKS = f"""
    SELECT * FROM tasks
    WHERE {TO_COME} AND state = :state AND (kind, ready_at, task_id) > (:kind, :ready_at, :task_id)
    ORDER BY kind, ready_at, task_id LIMIT :limit
"""
FIND_TASK = "SELECT * FROM tasks WHERE task_id = :task_id"
# An id begins with kind and order, so tasks of one kind, or of one kind and order, lie together.
FIND_TASKS_BETWEEN = """
    SELECT * FROM tasks WHERE task_id > :after AND task_id < :before ORDER BY task_id LIMIT :limit
"""
_PARKED = "WHERE task_id = :task_id AND state = 'parked'"
RETRY_PARKED_TASK = f"""
    UPDATE tasks SET state = 'waiting', ready_at = :now, attempts = 0, park_reason = NULL,
        set_aside_at = NULL {_PARKED}
"""
DROP_PARKED_TASK = f"""
    UPDATE tasks SET state = 'done', drop_note = :note, set_aside_at = :now {_PARKED}
"""
