"""Stripe: PaymentIntents as a payment gateway, and its signed webhooks."""
