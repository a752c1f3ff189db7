"""Recipes of Lambda."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pulumi

from tap.embedded.creation import Creation
from tap.embedded.recipe import Recipe, Step
from tap.engine.answers import AnswerError

NOT_RUN = "The embedded AWS runs no functions: nothing was invoked."


def _pack(creation: Creation) -> None:
    """The archive as a ZIP, as Pulumi's engine makes it before the provider sends it."""
    code: Any = creation.take("code")
    if code is None:
        return
    if not isinstance(code, pulumi.AssetArchive):
        raise AnswerError("code of another kind than an AssetArchive is not mapped")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, asset in sorted(code.assets.items()):
            # Without a time of its own each file bears the same one, so the same files make the same bytes.
            file.writestr(zipfile.ZipInfo(name), _content(asset))
    creation.left["code"] = {"zipFile": packed.getvalue()}


def _content(asset: Any) -> bytes:
    match asset:
        case pulumi.FileAsset():
            return Path(asset.path).read_bytes()
        case pulumi.StringAsset():
            return asset.text.encode()
        case _:
            raise AnswerError(f"{type(asset).__name__} inside an archive is not mapped")


def _skip(creation: Creation) -> None:
    """Lambda's code would need a container to run in; so the result says that it has not."""
    creation.id = f"{creation.take('functionName')}-{creation.suffix}"
    for name in ("input", "triggers", "qualifier", "lifecycleScope", "terraformKey"):
        creation.take(name)
    creation.state |= {**creation.given, "result": json.dumps({"not_run": NOT_RUN})}


RECIPES = {
    "aws:lambda/function:Function": Recipe(
        "lambda.create_function",
        id="FunctionName",
        root="@",
        outputs={
            "arn": "FunctionArn",
            "invokeArn": "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/"
            "arn:{partition}:lambda:{region}:{account}:function:{functionName}/invocations",
        },
        defaults={"timeout": 3, "memorySize": 128, "packageType": "Zip", "reservedConcurrentExecutions": -1},
        renames={"name": "FunctionName", "kmsKeyArn": "KMSKeyArn"},
        ignores=(
            *("sourceCodeHash", "skipDestroy", "useResourceTimeoutForPropagation"),
            *("replaceSecurityGroupsOnDestroy", "replacementSecurityGroupIds"),
        ),
        named="name",
        longest=64,
        steps=(
            Step("put_function_concurrency", takes=("reservedConcurrentExecutions",), send={"FunctionName": "{id}"}),
        ),
        prepare=_pack,
    ),
    "aws:lambda/alias:Alias": Recipe(
        "lambda.create_alias",
        id="AliasArn",
        root="@",
        outputs={
            "arn": "AliasArn",
            "invokeArn": "arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations",
        },
    ),
    "aws:lambda/permission:Permission": Recipe(
        "lambda.add_permission",
        id="{statementId}",
        renames={"function": "FunctionName"},
        named="statementId",
        longest=100,
    ),
    "aws:lambda/invocation:Invocation": Recipe(finish=_skip),
}
