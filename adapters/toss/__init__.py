"""Toss Payments: its core API as a payment gateway, its approvals and its webhooks."""
