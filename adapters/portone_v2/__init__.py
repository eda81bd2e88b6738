"""PortOne V2: its REST API as a payment gateway, its signed webhooks and its last question."""
