"""A deployed container service, looked at with boto3: its cluster, tasks, roles, scaling and load balancer."""

import json
from dataclasses import dataclass
from typing import Any

from tests.support.live import Live
from tests.support.policies import as_list


@dataclass(frozen=True)
class ServiceView:
    """One service of a deployment, by the name that its outputs are prefixed with, in its region."""

    live: Live
    name: str
    region: str

    def output(self, key: str) -> Any:
        """The service's output of that key."""
        return self.live.outputs[f"{self.name}_{key}"]

    def _client(self, service: str) -> Any:
        return self.live.client(service, self.region)

    def service(self) -> dict[str, Any]:
        """The service."""
        cluster, service = self.output("cluster_name"), self.output("service_name")
        found = self._client("ecs").describe_services(cluster=cluster, services=[service], include=["TAGS"])
        return found["services"][0]

    def cluster(self) -> dict[str, Any]:
        """Its cluster."""
        include = ["SETTINGS", "CONFIGURATIONS", "TAGS"]
        return self._client("ecs").describe_clusters(clusters=[self.output("cluster_name")], include=include)[
            "clusters"
        ][0]

    def task(self) -> dict[str, Any]:
        """The task definition that it runs."""
        return self._client("ecs").describe_task_definition(taskDefinition=self.service()["taskDefinition"])[
            "taskDefinition"
        ]

    def container(self) -> dict[str, Any]:
        """Its one container."""
        (container,) = self.task()["containerDefinitions"]
        return container

    def network(self) -> dict[str, Any]:
        """Where its tasks are, and what they wear."""
        return self.service()["deployments"][0]["networkConfiguration"]["awsvpcConfiguration"]

    def allowed(self, role: str) -> dict[str, list[str]]:
        """What one of its roles may do: resources by action. `role` is `task` or `execution`."""
        name = self.output(f"{role}_role_arn").rsplit("/", 1)[-1]
        iam = self._client("iam")
        found: dict[str, list[str]] = {}
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for statement in document["Statement"]:
                for action in as_list(statement["Action"]):
                    found.setdefault(action, []).extend(as_list(statement["Resource"]))
        return found

    def trusted(self, role: str) -> list[dict[str, Any]]:
        """Who may have one of its roles: the statements of its trust."""
        name = self.output(f"{role}_role_arn").rsplit("/", 1)[-1]
        document = self._client("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        return (json.loads(document) if isinstance(document, str) else document)["Statement"]

    def log_group(self) -> dict[str, Any]:
        """The log group of its container."""
        name = self.output("log_group_name")
        groups = self._client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return next(group for group in groups if group["logGroupName"] == name)

    def bounds(self) -> tuple[int, int]:
        """The least and the most tasks."""
        (target,) = self._scaling("describe_scalable_targets", ResourceIds=[self._scaled])["ScalableTargets"]
        return target["MinCapacity"], target["MaxCapacity"]

    def metrics(self) -> set[str]:
        """What it is scaled by."""
        policies = self._scaling("describe_scaling_policies", ResourceId=self._scaled)["ScalingPolicies"]
        return {
            policy["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"]["PredefinedMetricType"]
            for policy in policies
        }

    @property
    def _scaled(self) -> str:
        return f"service/{self.output('cluster_name')}/{self.output('service_name')}"

    def _scaling(self, operation: str, **params: Any) -> dict[str, Any]:
        return getattr(self._client("application-autoscaling"), operation)(ServiceNamespace="ecs", **params)

    def balancer(self) -> dict[str, Any]:
        """The load balancer in front of it."""
        arns = [self.output("load_balancer_arn")]
        return self._client("elbv2").describe_load_balancers(LoadBalancerArns=arns)["LoadBalancers"][0]

    def balancer_attributes(self) -> dict[str, str]:
        """The load balancer's attributes."""
        arn = self.output("load_balancer_arn")
        found = self._client("elbv2").describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        return {entry["Key"]: entry["Value"] for entry in found}

    def listeners(self) -> dict[int, dict[str, Any]]:
        """The load balancer's listeners, by port."""
        found = self._client("elbv2").describe_listeners(LoadBalancerArn=self.output("load_balancer_arn"))
        return {listener["Port"]: listener for listener in found["Listeners"]}

    def targets(self) -> dict[str, Any]:
        """The load balancer's target group."""
        arns = [self.output("target_group_arn")]
        return self._client("elbv2").describe_target_groups(TargetGroupArns=arns)["TargetGroups"][0]

    def access_log_policy(self) -> str:
        """The policy of the bucket that the load balancer's access logs go to."""
        bucket = self.balancer_attributes()["access_logs.s3.bucket"]
        return self._client("s3").get_bucket_policy(Bucket=bucket)["Policy"]
