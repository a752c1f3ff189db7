"""Recipes of the `random` package: values made here, without any AWS."""

import base64
import secrets
import string

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe
from tap.engine.answers import AnswerError

SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
_CLASSES = {
    "lower": ("minLower", string.ascii_lowercase),
    "upper": ("minUpper", string.ascii_uppercase),
    "numeric": ("minNumeric", string.digits),
    "special": ("minSpecial", SPECIAL),
}


def _text(creation: Creation) -> None:
    """Random characters, with at least as many of each class as asked for."""
    length = int(creation.take("length"))
    special = creation.take("overrideSpecial") or SPECIAL
    required: list[str] = []
    allowed = ""
    for switch, (least, characters) in _CLASSES.items():
        chosen = special if switch == "special" else characters
        count = int(creation.take(least, 0))
        if creation.take(switch, True):
            allowed += chosen
            required += [secrets.choice(chosen) for _ in range(count)]
    if not allowed or len(required) > length:
        raise AnswerError(f"no text of {length} characters fits its own rules")
    required += [secrets.choice(allowed) for _ in range(length - len(required))]
    secrets.SystemRandom().shuffle(required)
    creation.state |= {**creation.given, "result": "".join(required)}


def _password(creation: Creation) -> None:
    _text(creation)
    creation.id = "none"


def _string(creation: Creation) -> None:
    _text(creation)
    creation.id = creation.state["result"]


def _identifier(creation: Creation) -> None:
    """Random bytes in every spelling that the provider has."""
    prefix = creation.take("prefix", "")
    value = secrets.token_bytes(int(creation.take("byteLength")))
    url = base64.urlsafe_b64encode(value).decode().rstrip("=")
    creation.id = url
    creation.state |= {
        **creation.given,
        "b64Url": prefix + url,
        "b64Std": prefix + base64.b64encode(value).decode(),
        "hex": prefix + value.hex(),
        "dec": f"{prefix}{int.from_bytes(value, 'big')}",
    }


RECIPES = {
    "random:index/randomPassword:RandomPassword": Recipe(ignores=("keepers",), finish=_password),
    "random:index/randomString:RandomString": Recipe(ignores=("keepers",), finish=_string),
    "random:index/randomId:RandomId": Recipe(ignores=("keepers",), finish=_identifier),
}
