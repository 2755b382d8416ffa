"""The tables, one file a noun; everybody else imports them from `models`."""
