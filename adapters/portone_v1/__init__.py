"""PortOne V1 (formerly Iamport): its REST API as a payment gateway, and its webhooks."""
