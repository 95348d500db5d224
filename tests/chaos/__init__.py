"""Real processes under faults, and a separate checker that compares what three ledgers say."""
