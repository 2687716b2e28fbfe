"""The one converter: records from tables and files, records as JSON values, and JSON Schemas."""
