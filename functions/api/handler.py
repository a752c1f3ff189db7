"""The Lambda function behind the HTTP API: payload format 2.0 in, a status and a JSON body out.

The gateway lets signed requests through to items, and anybody to `GET /health`. No body ever has more of an error than
what the caller can act on; the rest is in the function's log.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html

Environment: see `items` and, where there is a database, `database`.
"""

import base64
import binascii
import json
import logging
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.api import items
from functions.api.health import OK, UNAVAILABLE, Examination

Event = Mapping[str, Any]

# Kept between invocations, which come one at a time.
EXAMINATION = Examination()


def handler(event: Event, context: object) -> dict[str, Any]:
    """Answer one request.

    Args:
        event: the request, in payload format 2.0.
        context: Lambda's own; not looked at.

    Returns:
        `statusCode`, `headers` and `body`.
    """
    del context
    try:
        return _answer(*_route(event))
    except items.RefusedError as refused:
        return _answer(refused.status, _message(str(refused)))
    except (BotoCoreError, ClientError):
        logging.exception("AWS did not do as asked")
        return _answer(503, _message("Try again later."))
    except Exception:  # Lambda would answer with the trace of whatever gets out of here.
        logging.exception("unexpected")
        return _answer(500, _message("Something went wrong."))


def _route(event: Event) -> tuple[int, str]:
    parameters: Mapping[str, str] = event.get("pathParameters") or {}
    match event["routeKey"]:
        case "GET /health":
            return _health()
        case "GET /items/{id}":
            return 200, items.get(parameters["id"])
        case "PUT /items/{id}":
            return 200, items.put(parameters["id"], _body(event))
        case _:
            raise items.RefusedError(404, "There is no such path.")


def _health() -> tuple[int, str]:
    health = EXAMINATION.health()
    body = {"status": OK if health.ok else UNAVAILABLE, "checks": dict(health.checks)}
    return (200 if health.ok else 503), json.dumps(body)


def _body(event: Event) -> bytes:
    text: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise items.RefusedError(400, "The body is not Base64.") from error


def _message(text: str) -> str:
    return json.dumps({"message": text})


def _answer(status: int, body: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": body,
    }
