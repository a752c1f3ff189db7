"""A container service on ECS Fargate."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_aws import appautoscaling, cloudwatch, ecs

from lib.args.service import ServiceArgs
from lib.compute.load_balancer import LoadBalancer
from lib.compute.site import Site
from lib.compute.task import Task
from lib.compute.uses import Used
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.log_group import log_group

# Seconds after a change of the number of tasks before the next: quick to grow, slow to shrink.
OUT_COOLDOWN, IN_COOLDOWN = 60, 300


class Service(Component):
    """A service in a cluster of its own: what operators may do in it, and what it is seen as, is its own too.

    A deployment that does not become healthy is rolled back, and fails the deployment of the stack. The number of
    tasks is that of the autoscaling, which no deployment undoes.

    Args:
        name: the service's name.
        args: its settings.
        env: environment of the stack.
        site: where its tasks live.
        used: what they use.
        load_balancer: what stands in front of them; None where nothing does.
    """

    cluster_name: pulumi.Output[str]
    service_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]
    execution_role_arn: pulumi.Output[str]
    load_balancer: LoadBalancer | None

    def __init__(
        self,
        name: str,
        args: ServiceArgs,
        env: Environment,
        site: Site,
        used: Used,
        *,
        load_balancer: LoadBalancer | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:Service", name, opts)
        self._name = name
        self._args = args
        self._env = env
        self._site = site
        self.load_balancer = load_balancer
        may_exec = not env.protection.deletion_protection if args.exec is None else args.exec
        exec_logs = self._log_group("exec", env.names.exec_log_group(name)) if may_exec else None
        cluster = self._cluster(exec_logs)
        task = Task(
            name,
            args,
            env,
            site,
            used,
            exec_log_group_arn=exec_logs.arn if exec_logs else None,
            opts=self.child(),
        )
        service = self._service(cluster, task, used, may_exec=may_exec)
        self._scale(cluster, service)
        self.cluster_name = cluster.name
        self.service_name = service.name
        self.log_group_name = task.log_group_name
        self.task_role_arn = task.task_role_arn
        self.execution_role_arn = task.execution_role_arn
        self.register_outputs(self.outputs)

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """Its outputs, without its name as prefix."""
        return {
            "cluster_name": self.cluster_name,
            "service_name": self.service_name,
            "log_group_name": self.log_group_name,
            "task_role_arn": self.task_role_arn,
            "execution_role_arn": self.execution_role_arn,
            **(self.load_balancer.outputs if self.load_balancer else {}),
        }

    def _log_group(self, purpose: str, group: str) -> cloudwatch.LogGroup:
        return log_group(self, f"{self._name}-{purpose}", self._env, name=group, key_arn=self._site.logs_key_arn)

    def _cluster(self, exec_logs: cloudwatch.LogGroup | None) -> ecs.Cluster:
        env, name = self._env, self._env.names.service(self._name)
        insights = self._log_group("insights", env.names.insights_log_group(self._name))
        sessions: ecs.ClusterConfigurationArgsDict = {
            "execute_command_configuration": {
                "logging": "OVERRIDE",
                "log_configuration": {
                    "cloud_watch_encryption_enabled": True,
                    "cloud_watch_log_group_name": exec_logs.name if exec_logs else None,
                },
            }
        }
        return ecs.Cluster(
            self._name,
            name=name,
            settings=[{"name": "containerInsights", "value": "enabled"}],
            configuration=sessions if exec_logs else None,
            tags=env.tags("Cluster", name),
            # ECS itself makes the group where there is none, without a customer key.
            opts=self.child(depends_on=[insights]),
        )

    def _service(self, cluster: ecs.Cluster, task: Task, used: Used, *, may_exec: bool) -> ecs.Service:
        args, balancer, name = self._args, self.load_balancer, self._env.names.service(self._name)
        target: ecs.ServiceLoadBalancerArgsDict | None = None
        if balancer:
            target = {
                "target_group_arn": balancer.target_group_arn,
                "container_name": self._name,
                "container_port": args.port,
            }
        return ecs.Service(
            self._name,
            name=name,
            cluster=cluster.arn,
            task_definition=task.arn,
            launch_type="FARGATE",
            platform_version="LATEST",
            desired_count=args.min,
            availability_zone_rebalancing="ENABLED",
            deployment_minimum_healthy_percent=100,
            deployment_maximum_percent=200,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            wait_for_steady_state=True,
            health_check_grace_period_seconds=args.health_grace_seconds if balancer else None,
            network_configuration={
                "subnets": list(self._site.subnet_ids.values()),
                "security_groups": [self._site.security_group_id],
                "assign_public_ip": False,
            },
            load_balancers=[target] if target else [],
            enable_execute_command=may_exec,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags=self._env.tags("Service", name),
            opts=self.child(
                # Tasks run as soon as there is a service: by then their roles must be whole, the schema of their
                # databases as they expect it, and a listener there to send their target group something.
                depends_on=[*task.policies, *used.ready, *(balancer.listeners if balancer else ())],
                ignore_changes=["desiredCount"],
            ),
        )

    def _scale(self, cluster: ecs.Cluster, service: ecs.Service) -> None:
        args = self._args
        target = appautoscaling.Target(
            self._name,
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=pulumi.Output.concat("service/", cluster.name, "/", service.name),
            min_capacity=args.min,
            max_capacity=args.max,
            tags=self._env.tags("ScalableTarget", self._env.names.service(self._name)),
            opts=self.child(),
        )
        self._track(target, "cpu", "ECSServiceAverageCPUUtilization", args.scaling.cpu_percent)
        if args.scaling.memory_percent is not None:
            self._track(target, "memory", "ECSServiceAverageMemoryUtilization", args.scaling.memory_percent)
        if args.scaling.requests_per_target is not None and self.load_balancer:
            label = self.load_balancer.resource_label
            self._track(target, "requests", "ALBRequestCountPerTarget", args.scaling.requests_per_target, label)

    def _track(
        self,
        target: appautoscaling.Target,
        purpose: str,
        metric: str,
        value: int,
        resource_label: pulumi.Output[str] | None = None,
    ) -> None:
        """Keep a metric at a value by the number of tasks."""
        appautoscaling.Policy(
            f"{self._name}-{purpose}",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration={
                "predefined_metric_specification": {
                    "predefined_metric_type": metric,
                    "resource_label": resource_label,
                },
                "target_value": value,
                "scale_out_cooldown": OUT_COOLDOWN,
                "scale_in_cooldown": IN_COOLDOWN,
            },
            opts=self.child(),
        )
