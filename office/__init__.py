"""The plan's office: what units send and do, and what the plan promises, worked out."""
