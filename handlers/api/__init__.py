"""/api/v1: what officers' scripts may read and draft; nothing here signs, approves, confirms or issues."""
