"""Pages of the workflow clock: what is to be done by when, notices, the calendar, working days and reminders."""
