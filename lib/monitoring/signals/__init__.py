"""What each kind of component tells of itself: its signals, with metrics that the service really publishes."""
