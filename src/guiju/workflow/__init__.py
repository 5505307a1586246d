"""The workflow clock: duties with dates become tasks with owner, deadline in working days, reminders and escalation."""
