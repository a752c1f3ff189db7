"""The Lambda function that tells whether a host answers from inside a network."""
