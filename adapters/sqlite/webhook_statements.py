"""SQL about webhooks that were dealt with. Values are always bound, by name."""
# ruff: noqa: S608 -- statements are put together from the words of this file alone

_THIS_ONE = "WHERE gateway = :gateway AND delivery_id = :delivery_id"
FIND_SEEN_WEBHOOK = f"SELECT * FROM seen_webhooks {_THIS_ONE}"
MARK_WEBHOOK_SEEN = """
    INSERT INTO seen_webhooks (gateway, delivery_id, seen_at)
    VALUES (:gateway, :delivery_id, :seen_at) ON CONFLICT (gateway, delivery_id) DO NOTHING
"""
# So many at once, and more with the next: after a quiet year nobody waits for all of them.
FORGET_SEEN_WEBHOOKS = """
    DELETE FROM seen_webhooks WHERE (gateway, delivery_id) IN (
        SELECT gateway, delivery_id FROM seen_webhooks WHERE seen_at < :before
        ORDER BY seen_at LIMIT 100
    )
"""
COUNT_SEEN_WEBHOOKS = "SELECT count(*) AS records FROM seen_webhooks"
PAGE_OF_SEEN_WEBHOOKS = """
    SELECT * FROM seen_webhooks WHERE (gateway, delivery_id) > (:gateway, :delivery_id)
    ORDER BY gateway, delivery_id LIMIT :limit
"""
