"""What every stand-in is made of: time, faults, a log of calls, an outbox; no vendor's words."""
