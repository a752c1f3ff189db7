"""What every component stands on: environment, names, providers, keys, policies, and the component base."""
