"""Instances that replace themselves, over all zones of a tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws import autoscaling, cloudwatch

from lib.args.fleet import FleetArgs
from lib.compute.instance_agent import GROUP_DIMENSION, InstanceAgent
from lib.compute.instance_profile import InstanceProfile
from lib.compute.launch_template import LaunchTemplate
from lib.compute.load_balancer import LoadBalancer
from lib.compute.site import Site
from lib.compute.user_data import user_data
from lib.compute.uses import Used
from lib.foundation.component import Component
from lib.foundation.environment import Environment
from lib.foundation.log_group import log_group

# All that a group without a warm pool publishes.
METRICS = tuple(metric for metric in autoscaling.Metric if "WarmPool" not in metric.value)
DAY = 86400
# Of the desired capacity, per cent: a replacement is in service before what it replaces goes, one in ten at a time.
LEAST_HEALTHY, MOST_HEALTHY = 100, 110


class Fleet(Component):
    """An Auto Scaling group over all zones of a tier, with its launch template, its role and its log.

    An instance that fails its health checks, or that is too old, is replaced; so are all of them, in turn, when the
    launch template changes. A new instance that does not become healthy takes the place of none that is: the refresh
    ends as failed and what is in service stays, until the last good settings are deployed again. Auto Scaling refuses
    to roll a refresh back where the image is a parameter, so that is asked for with an image's own id only.
    Sources: https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html,
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-maintenance-policy-overview-and-considerations.html.

    Args:
        name: the fleet's name.
        args: its settings.
        env: environment of the stack.
        site: where it lives.
        volume_key_arn: customer key that Auto Scaling may use for volumes.
        scaling_role_arn: service-linked role that may do so.
        common_tags: the tags that everything of the stack bears; groups take none from their provider.
        used: what it uses of the stack's own.
        load_balancer: what stands in front of it.
        after: what its instances need at their first start and nothing refers to: their ways out of the network.
    """

    group_name: str
    metrics_namespace: str
    log_group_name: pulumi.Output[str]
    load_balancer: LoadBalancer | None

    def __init__(
        self,
        name: str,
        args: FleetArgs,
        env: Environment,
        site: Site,
        *,
        volume_key_arn: pulumi.Input[str],
        scaling_role_arn: pulumi.Input[str],
        common_tags: Mapping[str, str],
        used: Used,
        load_balancer: LoadBalancer | None = None,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("tap:compute:Fleet", name, opts)
        self._name = name
        self._args = args
        self._env = env
        self._common_tags = common_tags
        self.load_balancer = load_balancer
        self.group_name = env.names.fleet(name)
        self.metrics_namespace = env.names.fleet_namespace()
        logs = self._logs(site)
        self.log_group_name = logs.name
        profile = self._profile(site, logs, used)
        template = LaunchTemplate(
            name,
            args,
            env,
            site,
            profile=profile,
            user_data=self._user_data(used),
            volume_key_arn=volume_key_arn,
            common_tags=common_tags,
            opts=self.child(),
        )
        # Instances start as soon as the group is there: with a role that may nothing yet, or no way out, they would
        # start without agent and application, and a load balancer counts only targets that a listener leads to.
        self._group = self._scaling_group(
            site,
            template,
            scaling_role_arn,
            [profile.policy, *used.ready, *after, *(load_balancer.listeners if load_balancer else ())],
        )
        self._scale()
        self.register_outputs({"group_name": self.group_name, "log_group_name": self.log_group_name})

    @property
    def outputs(self) -> dict[str, pulumi.Input[Any]]:
        """Its outputs, without its name as prefix."""
        return {
            "auto_scaling_group_name": self._group.name,
            "auto_scaling_group_arn": self._group.arn,
            "log_group_name": self.log_group_name,
            **(self.load_balancer.outputs if self.load_balancer else {}),
        }

    def _logs(self, site: Site) -> cloudwatch.LogGroup:
        called = self._env.names.fleet_log_group(self._name)
        return log_group(self, self._name, self._env, name=called, key_arn=site.logs_key_arn)

    def _profile(self, site: Site, logs: cloudwatch.LogGroup, used: Used) -> InstanceProfile:
        return InstanceProfile(
            self._name,
            self._env,
            site,
            log_group_arn=logs.arn,
            namespace=self.metrics_namespace,
            # Instances read their secrets themselves.
            allow=[*used.statements, *used.secret_statements],
            opts=self.child(),
        )

    def _user_data(self, used: Used) -> pulumi.Output[str]:
        """User data with what the fleet uses: where things are, and the ARNs of secrets, never their values."""
        environment = {**used.environment, **used.secrets}
        return pulumi.Output.all(log_group=self.log_group_name, environment=environment).apply(self._written)

    def _written(self, found: Mapping[str, Any]) -> str:
        agent = InstanceAgent(
            group=self.group_name, namespace=self.metrics_namespace, log_group=str(found["log_group"])
        )
        return user_data(agent, found["environment"], self._args.commands)

    def _scaling_group(
        self,
        site: Site,
        template: LaunchTemplate,
        scaling_role_arn: pulumi.Input[str],
        waits: Sequence[pulumi.Resource],
    ) -> autoscaling.Group:
        args, env, balancer = self._args, self._env, self.load_balancer
        return autoscaling.Group(
            self._name,
            name=self.group_name,
            min_size=args.min,
            max_size=args.max,
            desired_capacity=args.min if args.desired is None else args.desired,
            vpc_zone_identifiers=list(site.subnet_ids.values()),
            availability_zone_distribution={"capacity_distribution_strategy": "balanced-best-effort"},
            launch_template={"id": template.id, "version": template.version},
            service_linked_role_arn=scaling_role_arn,
            target_group_arns=[balancer.target_group_arn] if balancer else [],
            health_check_type="ELB" if balancer else "EC2",
            health_check_grace_period=args.health_grace_seconds,
            default_instance_warmup=args.health_grace_seconds,
            max_instance_lifetime=args.max_instance_days * DAY,
            instance_maintenance_policy={
                "min_healthy_percentage": LEAST_HEALTHY,
                "max_healthy_percentage": MOST_HEALTHY,
            },
            instance_refresh={
                "strategy": "Rolling",
                "preferences": {
                    "min_healthy_percentage": LEAST_HEALTHY,
                    "max_healthy_percentage": MOST_HEALTHY,
                    "auto_rollback": args.image_is_pinned,
                    "skip_matching": True,
                },
            },
            termination_policies=["OldestLaunchTemplate", "OldestInstance"],
            enabled_metrics=list(METRICS),
            metrics_granularity="1Minute",
            # A first deployment whose instances never become healthy fails, rather than looking as if it stood.
            min_elb_capacity=args.min if balancer else None,
            wait_for_capacity_timeout="15m",
            force_delete=env.protection.force_destroy,
            tags=self._group_tags(),
            # Scaling owns the number of instances once they run.
            opts=self.child(depends_on=waits, ignore_changes=["desiredCapacity"]),
        )

    def _group_tags(self) -> list[autoscaling.GroupTagArgsDict]:
        """The group's own tags, and the common ones, which its instances get too."""
        own = self._env.tags("AutoScalingGroup", self.group_name)
        return [
            *(
                {"key": key, "value": value, "propagate_at_launch": True}
                for key, value in sorted(self._common_tags.items())
            ),
            *({"key": key, "value": value, "propagate_at_launch": False} for key, value in sorted(own.items())),
        ]

    def _scale(self) -> None:
        """Policies that keep what is measured near its targets: each adds instances when its own metric asks for it."""
        scaling, balancer = self._args.scaling, self.load_balancer
        self._track(
            "cpu",
            {
                "target_value": scaling.cpu_percent,
                "predefined_metric_specification": {"predefined_metric_type": "ASGAverageCPUUtilization"},
            },
        )
        if scaling.memory_percent is not None:
            self._track(
                "memory",
                {
                    "target_value": scaling.memory_percent,
                    "customized_metric_specification": {
                        "namespace": self.metrics_namespace,
                        "metric_name": "mem_used_percent",
                        "statistic": "Average",
                        "unit": "Percent",
                        "metric_dimensions": [{"name": GROUP_DIMENSION, "value": self.group_name}],
                    },
                },
            )
        if scaling.requests_per_target is not None and balancer is not None:
            self._track(
                "requests",
                {
                    "target_value": scaling.requests_per_target,
                    "predefined_metric_specification": {
                        "predefined_metric_type": "ALBRequestCountPerTarget",
                        "resource_label": balancer.resource_label,
                    },
                },
            )

    def _track(self, key: str, configuration: autoscaling.PolicyTargetTrackingConfigurationArgsDict) -> None:
        autoscaling.Policy(
            f"{self._name}-{key}",
            autoscaling_group_name=self._group.name,
            policy_type="TargetTrackingScaling",
            target_tracking_configuration=configuration,
            opts=self.child(),
        )
