"""Classes beyond their rows: when they meet, what they changed, and the calendar that phones subscribe to."""
