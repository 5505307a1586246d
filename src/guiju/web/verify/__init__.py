"""Is what somebody holds what was issued here? Review passes with their papers, and archives as files."""
