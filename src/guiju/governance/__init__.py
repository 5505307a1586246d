"""What a firm rules itself by: policies and their texts, bodies and their meetings, duties, reading, the archive."""
