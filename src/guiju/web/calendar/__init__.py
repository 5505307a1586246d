"""Pages about days: calendars and the address other programmes subscribe to."""
