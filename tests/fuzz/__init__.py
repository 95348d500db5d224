"""The long fuzzing of the API: `make fuzz`."""
