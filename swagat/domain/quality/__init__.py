"""How long offices really take, as plain arithmetic over plain values; nothing here knows a table or a page."""
