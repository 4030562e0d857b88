"""The mistakes that are known, each a record with the rule it breaks."""
