"""Files by digest, guarded on the way in, served only with their record's permission."""
