"""Messages to buyers' phones, sent by Solapi."""
