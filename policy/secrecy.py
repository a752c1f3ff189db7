"""Names that say that a value is secret."""

import re

# The words of the keys that Security Hub's ECS.8 looks for, and of what else is kept secret. A name that goes on, such
# as SECRET_ARN or TOKEN_URL, is of something else.
SECRET = re.compile(
    r"(^|[_./-])(password|passwd|passphrase|secret|secrets|token|credential|credentials|auth[_-]?data|"
    r"(api|private|access|secret|signing|encryption)[_-]?key|access[_-]?key[_-]?id)$"
)


def names_secret(name: str) -> bool:
    """Whether a value of that name (`DB_PASSWORD`, `/app/apiKey`) is a secret."""
    separated = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return bool(SECRET.search(separated))
