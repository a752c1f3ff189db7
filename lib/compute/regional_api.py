"""An API in one region: function, HTTP API, stage and routes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import apigatewayv2, cloudwatch, lambda_

from lib.args.api import GATEWAY_SECONDS, ApiArgs
from lib.args.source import SourceFile
from lib.compute.function import Function, Program
from lib.compute.site import Site
from lib.foundation.component import Component
from lib.foundation.environment import Environment, dns_suffix
from lib.foundation.log_group import log_group
from lib.foundation.permissions import get_and_put_items, read_secrets, use_key
from lib.foundation.policies import Statement

FUNCTION = "api"
# By logical name: the route, and who may call it.
ROUTES = {
    "health": ("GET /health", "NONE"),
    "get-item": ("GET /items/{id}", "AWS_IAM"),
    "put-item": ("PUT /items/{id}", "AWS_IAM"),
}
# A request is told by who made it and what became of it; its content is nobody's business.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
LOGGED = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "sourceIp": "$context.identity.sourceIp",
    "caller": "$context.identity.userArn",
    "routeKey": "$context.routeKey",
    "path": "$context.path",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "integrationStatus": "$context.integrationStatus",
    "error": "$context.error.message",
    "integrationError": "$context.integrationErrorMessage",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTable:
    """A table in an API's region.

    Args:
        name: its name.
        arn: its ARN there.
        key: its partition key.
    """

    name: pulumi.Input[str]
    arn: pulumi.Input[str]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedDatabase:
    """A database's cluster in an API's region.

    Args:
        host: endpoint of that cluster, which says whether this region may write.
        port: its port.
        name: the database in it.
        secret_arn: secret with `username` and `password`, or its replica there, under the region's key for data.
    """

    host: pulumi.Input[str]
    port: int
    name: str
    secret_arn: pulumi.Input[str]


class RegionalApi(Component):
    """A function behind an HTTP API: `GET /health` is open to all and throttled, items need signed requests.

    Args:
        api: the API's name.
        args: its settings.
        env: environment of the stack.
        site: where the function lives.
        table: the table of its items.
        database: database whose readiness for writes counts for health.
        code: sources of the function.

    Attributes:
        host: host name of the API, which serves HTTPS.
        endpoint: its URL.
        api_id: its id, which its metrics bear.
        stage_name: its only stage.
        function: the function.
        access_log_group_name: where its requests are logged.
    """

    host: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    api_id: pulumi.Output[str]
    stage_name: pulumi.Output[str]
    function: Function
    access_log_group_name: pulumi.Output[str]
    outputs: Mapping[str, pulumi.Input[Any]]

    def __init__(
        self,
        api: str,
        args: ApiArgs,
        env: Environment,
        site: Site,
        *,
        table: ServedTable,
        database: ServedDatabase | None,
        code: Sequence[SourceFile],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        name = f"{api}-{site.network}"
        super().__init__("tap:compute:RegionalApi", name, opts)
        self._name = name
        self._api = api
        self._args = args
        self._env = env
        self._site = site
        self.function = self._function(table, database, code)
        called = env.names.api(api, site.region)
        gateway = apigatewayv2.Api(
            self._name,
            name=called,
            description=f"API {api} in {site.region}",
            protocol_type="HTTP",
            tags=env.tags("Api", called),
            opts=self.child(),
        )
        self._route(gateway)
        logs = log_group(
            self, f"{name}-access", env, name=env.names.api_log_group(api, site.region), key_arn=site.logs_key_arn
        )
        stage = self._stage(gateway, logs)
        self.host = pulumi.Output.concat(gateway.id, f".execute-api.{site.region}.{dns_suffix(site.region)}")
        self.endpoint = pulumi.Output.concat("https://", self.host)
        self.api_id = gateway.id
        self.stage_name = stage.name
        self.access_log_group_name = logs.name
        self.outputs = {
            "endpoint": self.endpoint,
            "api_id": gateway.id,
            "function_name": self.function.function_name,
            "log_group_name": self.function.log_group_name,
            "access_log_group_name": logs.name,
        }
        self.register_outputs(dict(self.outputs))

    def _function(self, table: ServedTable, database: ServedDatabase | None, code: Sequence[SourceFile]) -> Function:
        site, args = self._site, self._args
        environment: dict[str, pulumi.Input[str]] = {"TABLE_NAME": table.name, "TABLE_KEY": table.key}
        allow: list[Statement] = [
            get_and_put_items(table.arn),
            use_key(site.data_key_arn, service="dynamodb", region=site.region),
        ]
        if database:
            environment |= {
                "SECRET_ARN": database.secret_arn,
                "DATABASE_HOST": database.host,
                "DATABASE_PORT": str(database.port),
                "DATABASE_NAME": database.name,
            }
            allow += [
                read_secrets([database.secret_arn]),
                use_key(site.data_key_arn, service="secretsmanager", region=site.region),
            ]
        return Function(
            self._name,
            self._env,
            site,
            Program(
                code=code,
                handler=f"functions.{FUNCTION}.handler.handler",
                description=f"Answers API {self._api}",
                environment=environment,
                timeout_seconds=args.timeout_seconds,
                memory=args.memory,
                reserved_concurrency=args.reserved_concurrency,
            ),
            scope=self._env.names.api_function(self._api),
            allow=allow,
            opts=self.child(),
        )

    def _route(self, gateway: apigatewayv2.Api) -> None:
        """The routes, all of them to the function's alias, and the gateway's leave to call it."""
        alias = self.function.alias
        lambda_.Permission(
            self._name,
            action="lambda:InvokeFunction",
            function=self.function.function_name,
            qualifier=alias.name,
            principal="apigateway.amazonaws.com",
            # Any route, on the only stage there is. The ARN holds the account too.
            source_arn=pulumi.Output.concat(gateway.execution_arn, "/*/*"),
            opts=self.child(),
        )
        integration = apigatewayv2.Integration(
            self._name,
            api_id=gateway.id,
            integration_type="AWS_PROXY",
            integration_method="POST",
            integration_uri=alias.invoke_arn,
            payload_format_version="2.0",
            # The function ends first, unless it has to start: that the gateway waits for as long as it ever does.
            timeout_milliseconds=GATEWAY_SECONDS * 1000,
            opts=self.child(),
        )
        for name, (key, authorization) in ROUTES.items():
            apigatewayv2.Route(
                f"{self._name}-{name}",
                api_id=gateway.id,
                route_key=key,
                authorization_type=authorization,
                target=pulumi.Output.concat("integrations/", integration.id),
                opts=self.child(),
            )

    def _stage(self, gateway: apigatewayv2.Api, logs: cloudwatch.LogGroup) -> apigatewayv2.Stage:
        throttle = self._args.throttle
        return apigatewayv2.Stage(
            self._name,
            api_id=gateway.id,
            name="$default",
            description=f"API {self._api} as it is deployed",
            auto_deploy=True,
            access_log_settings={"destination_arn": logs.arn, "format": json.dumps(LOGGED)},
            default_route_settings={
                "throttling_rate_limit": throttle.rate,
                "throttling_burst_limit": throttle.burst,
            },
            tags=self._env.tags("Stage", self._env.names.api(self._api, self._site.region)),
            opts=self.child(),
        )
