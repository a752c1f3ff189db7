"""What runs: services, fleets, APIs, caches and queues."""
