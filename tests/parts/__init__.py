"""The real parts that tests run against: databases, a broker, processes, people."""
