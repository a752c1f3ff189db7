"""Cases of the rules on instances, containers, load balancers, APIs and functions."""

import json

from tests.unit.policy.cases.case import breaks, made, needs, passes

TOKEN = "hands out instance metadata without a token (metadataOptions.httpTokens is not 'required')"
HOPS = "hands out instance metadata beyond the instance (metadataOptions.httpPutResponseHopLimit is not 1)"
TEMPLATE, GROUP = "ec2:LaunchTemplate", "autoscaling:Group"
DISK = {"deviceName": "/dev/xvda", "ebs": {"encrypted": "true"}}
UNMAPPED = "so that encryption is left to the image and the account"
BEHIND = "is behind a load balancer, and keeps what that finds unhealthy"
east, west = (made("ec2:Subnet", name, availabilityZone=name) for name in ("us-east-1a", "us-east-1b"))
twin = made("ec2:Subnet", "twin", availabilityZone="us-east-1a")
fleet = made(GROUP, "fleet", healthCheckType="EC2")


def task(**container):
    good = {"name": "app", "readonlyRootFilesystem": True, "logConfiguration": {"logDriver": "awslogs"}}
    return made("ecs:TaskDefinition", containerDefinitions=json.dumps([{**good, **container}]))


def variable(name):
    return task(environment=[{"name": name, "value": "x"}])


cluster = made("ecs:Cluster", "cluster")
LOGGED = {
    "kmsKeyId": "key",
    "logging": "OVERRIDE",
    "logConfiguration": {"cloudWatchLogGroupName": "commands", "cloudWatchEncryptionEnabled": True},
}


def commands(**given):
    return made("ecs:Cluster", configuration={"executeCommandConfiguration": {**LOGGED, **given}})


def listener(protocol="HTTPS", **given):
    return made("lb:Listener", protocol=protocol, port=80, **given)


def to_https(protocol="HTTPS"):
    return listener("HTTP", defaultActions=[{"type": "redirect", "redirect": {"protocol": protocol}}])


LIMITS = {"throttlingBurstLimit": 10, "throttlingRateLimit": 5}
zone = made("route53:Zone", "zone")
function = made("lambda:Function", "work", runtime="python3.13")
queue = made("sqs:Queue", "jobs")


def permission(**given):
    return made("lambda:Permission", refs={"function": function}, **given)


def mapping(source=None, **given):
    refs = {"functionName": function, **({"eventSourceArn": source} if source else {})}
    return made("lambda:EventSourceMapping", "feed", refs, **given)


EVENTS = permission(principal="events.amazonaws.com", sourceArn="arn")
STREAM = "arn:aws:dynamodb:us-east-1:1:table/items/stream/1"
NO_LOG = "lets commands be executed without an encrypted log of them"
NO_KEY = "lets commands be executed without a customer key"

CASES = [
    *needs(
        "EC2.8",
        TEMPLATE,
        {"metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1}},
        ({"metadataOptions": {"httpTokens": "optional", "httpPutResponseHopLimit": 1}}, TOKEN),
        ({"metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 2}}, HOPS),
    ),
    breaks("EC2.8", (TOKEN, HOPS), made("ec2:Instance")),
    passes("EC2.8", made("ec2:Instance", metadataOptions={"httpEndpoint": "disabled"})),
    passes("EC2.25", made(TEMPLATE, networkInterfaces=[{"associatePublicIpAddress": "false"}]), made("ec2:Instance")),
    breaks(
        "EC2.25",
        "gives instances a public address",
        made(TEMPLATE, networkInterfaces=[{"associatePublicIpAddress": "true"}]),
    ),
    breaks("EC2.25", "gives instances a public address", made("ec2:Instance", associatePublicIpAddress=True)),
    passes("EC2.3", made(TEMPLATE, blockDeviceMappings=[DISK, {"deviceName": "/dev/xvdb", "noDevice": "true"}])),
    breaks(
        "EC2.3",
        "has volume /dev/xvda unencrypted",
        made(TEMPLATE, blockDeviceMappings=[{**DISK, "ebs": {"volumeSize": 8}}]),
    ),
    breaks("EC2.3", f"maps no volume, {UNMAPPED}", made(TEMPLATE)),
    passes("EC2.3", made("ec2:Instance", rootBlockDevice={"encrypted": True}), made("ebs:Volume", encrypted=True)),
    breaks("EC2.3", f"maps no root volume, {UNMAPPED}", made("ec2:Instance")),
    breaks("EC2.3", "has volume root unencrypted", made("ec2:Instance", rootBlockDevice={"encrypted": False})),
    breaks("EC2.3", "is unencrypted", made("ebs:Volume")),
    passes("AutoScaling.1", made(GROUP, targetGroupArns=["arn"], healthCheckType="ELB"), fleet),
    breaks("AutoScaling.1", BEHIND, made(GROUP, targetGroupArns=["arn"], healthCheckType="EC2")),
    breaks("AutoScaling.1", BEHIND, fleet, made("autoscaling:Attachment", refs={"autoscalingGroupName": fleet})),
    passes("AutoScaling.2", east, west, made(GROUP, refs={"vpcZoneIdentifiers": [east, west]})),
    passes("AutoScaling.2", made(GROUP, vpcZoneIdentifiers=["subnet-1", "subnet-2"])),
    passes("AutoScaling.2", made(GROUP, availabilityZones=["us-east-1a", "us-east-1b"])),
    breaks("AutoScaling.2", "is in one zone", east, twin, made(GROUP, refs={"vpcZoneIdentifiers": [east, twin]})),
    breaks("AutoScaling.2", "is in one zone", made(GROUP, vpcZoneIdentifiers=["subnet-1"])),
    *needs(
        "ECS.2",
        "ecs:Service",
        {"networkConfiguration": {"assignPublicIp": False}},
        ({"networkConfiguration": {"assignPublicIp": True}}, "gives its tasks public addresses"),
    ),
    passes("ECS.4", task()),
    breaks("ECS.4", "has container app privileged", task(privileged=True)),
    passes("ECS.5", task()),
    breaks(
        "ECS.5", "has container app with a root file system that it can write to", task(readonlyRootFilesystem=False)
    ),
    passes("ECS.8", task(), variable("SECRET_ARN"), variable("TOKEN_URL"), variable("MONKEY"), variable("PUBLIC_KEY")),
    *(
        breaks("ECS.8", f"has container app with {name} in its environment", variable(name))
        for name in (
            "DB_PASSWORD",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "ECS_ENGINE_AUTH_DATA",
            "apiKey",
            "TOKEN",
        )
    ),
    passes("ECS.9", task()),
    breaks("ECS.9", "has container app without a log", task(logConfiguration=None)),
    passes("ECS.12", made("ecs:Cluster", settings=[{"name": "containerInsights", "value": "enhanced"}])),
    breaks(
        "ECS.12",
        "has no container insights",
        made("ecs:Cluster", settings=[{"name": "containerInsights", "value": "disabled"}]),
    ),
    breaks("ECS.12", "has no container insights", cluster),
    passes("CKV_AWS_224", cluster, made("ecs:Service", refs={"cluster": cluster})),
    passes("CKV_AWS_224", commands()),
    passes("CKV_AWS_224", commands(logConfiguration={"s3BucketName": "logs", "s3BucketEncryptionEnabled": True})),
    passes("CKV_AWS_224", commands(kmsKeyId=None)),
    passes("tap-exec-key", commands(), cluster),
    breaks("tap-exec-key", NO_KEY, commands(kmsKeyId=None)),
    breaks("CKV_AWS_224", NO_LOG, commands(logging="DEFAULT")),
    breaks("CKV_AWS_224", NO_LOG, commands(logConfiguration={"cloudWatchLogGroupName": "commands"})),
    breaks(
        "CKV_AWS_224",
        NO_LOG,
        cluster,
        made("ecs:Service", refs={"cluster": cluster}, enableExecuteCommand=True),
    ),
    passes(
        "CKV_AWS_249", made("ecs:TaskDefinition", taskRoleArn="one", executionRoleArn="two"), made("ecs:TaskDefinition")
    ),
    passes(
        "CKV_AWS_249",
        made(
            "ecs:TaskDefinition",
            refs={"taskRoleArn": east, "executionRoleArn": west},
            taskRoleArn="x",
            executionRoleArn="x",
        ),
    ),
    breaks(
        "CKV_AWS_249",
        "runs with the role that starts it",
        made("ecs:TaskDefinition", taskRoleArn="one", executionRoleArn="one"),
    ),
    breaks(
        "CKV_AWS_249",
        "runs with the role that starts it",
        made("ecs:TaskDefinition", refs={"taskRoleArn": east, "executionRoleArn": east}),
    ),
    passes("ELB.1", to_https(), listener()),
    breaks("ELB.1", "answers HTTP on port 80 with redirect, not a redirect to HTTPS", to_https("HTTP")),
    breaks(
        "ELB.1",
        "answers HTTP on port 80 with forward, not a redirect to HTTPS",
        listener("HTTP", defaultActions=[{"type": "forward"}]),
    ),
    *needs(
        "ELB.4",
        "lb:LoadBalancer",
        {"dropInvalidHeaderFields": True},
        ({"dropInvalidHeaderFields": False}, "passes invalid header fields on"),
    ),
    passes("ELB.4", made("lb:LoadBalancer", loadBalancerType="network")),
    *needs(
        "ELB.5",
        "lb:LoadBalancer",
        {"accessLogs": {"enabled": True, "bucket": "logs"}},
        ({"accessLogs": {"bucket": "logs"}}, "has no access logs"),
        ({"accessLogs": None}, "has no access logs"),
    ),
    *needs(
        "ELB.6",
        "lb:LoadBalancer",
        {"enableDeletionProtection": True},
        ({"enableDeletionProtection": False}, "has no enableDeletionProtection"),
    ),
    *needs(
        "ELB.12",
        "lb:LoadBalancer",
        {"desyncMitigationMode": "strictest"},
        ({"desyncMitigationMode": "monitor"}, "has desyncMitigationMode monitor"),
    ),
    passes("ELB.12", made("lb:LoadBalancer")),
    passes("ELB.13", east, west, made("lb:LoadBalancer", refs={"subnets": [east, west]})),
    passes("ELB.13", made("lb:LoadBalancer", subnetMappings=[{"subnetId": "a"}, {"subnetId": "b"}])),
    breaks("ELB.13", "is in one zone", east, made("lb:LoadBalancer", refs={"subnets": east})),
    *(
        passes("ELB.17", listener(sslPolicy=f"ELBSecurityPolicy-{policy}"))
        for policy in (
            "TLS13-1-2-2021-06",
            "TLS13-1-3-2021-06",
            "TLS-1-2-Ext-2018-06",
            "FS-1-2-Res-2020-10",
            "TLS13-1-2-Res-PQ-2025-09",
        )
    ),
    *(
        breaks("ELB.17", f"takes TLS below 1.2 (sslPolicy {policy or 'unset'})", listener(sslPolicy=policy))
        for policy in (
            None,
            "ELBSecurityPolicy-2016-08",
            "ELBSecurityPolicy-TLS13-1-1-2021-06",
            "ELBSecurityPolicy-FS-1-1-2019-08",
        )
    ),
    passes("ELB.17", to_https()),
    passes(
        "APIGateway.8",
        made("apigatewayv2:Route", authorizationType="AWS_IAM"),
        made("apigatewayv2:Route", apiKeyRequired=True),
    ),
    breaks(
        "APIGateway.8",
        "lets anybody call GET /",
        made("apigatewayv2:Route", routeKey="GET /", authorizationType="NONE"),
    ),
    *needs(
        "APIGateway.9",
        "apigatewayv2:Stage",
        {"accessLogSettings": {"destinationArn": "arn"}},
        ({"accessLogSettings": None}, "has no accessLogSettings.destinationArn"),
    ),
    *needs(
        "CKV_AWS_206",
        "apigatewayv2:DomainName",
        {"domainNameConfiguration": {"securityPolicy": "TLS_1_2"}},
        (
            {"domainNameConfiguration": {"securityPolicy": "TLS_1_0"}},
            "has domainNameConfiguration.securityPolicy 'TLS_1_0', not 'TLS_1_2'",
        ),
        ({"domainNameConfiguration": None}, "has domainNameConfiguration.securityPolicy unset, not 'TLS_1_2'"),
    ),
    *needs(
        "tap-api-throttling",
        "apigatewayv2:Stage",
        {"defaultRouteSettings": LIMITS},
        (
            {"defaultRouteSettings": {**LIMITS, "throttlingBurstLimit": 0}},
            "has no defaultRouteSettings.throttlingBurstLimit",
        ),
        ({"defaultRouteSettings": {"throttlingBurstLimit": 1}}, "has no defaultRouteSettings.throttlingRateLimit"),
    ),
    passes("Route53.2", zone, made("route53:QueryLog", refs={"zoneId": zone})),
    passes("Route53.2", made("route53:Zone", vpcs=[{"vpcId": "vpc-1"}])),
    breaks("Route53.2", "has no query log", zone),
    passes(
        "Lambda.1",
        EVENTS,
        permission(principal="123456789012"),
        permission(principal="sns.amazonaws.com", sourceAccount="1"),
    ),
    breaks(
        "Lambda.1",
        "lets s3.amazonaws.com invoke the function for any account",
        permission(principal="s3.amazonaws.com"),
    ),
    breaks("Lambda.1", "lets * invoke the function for any account", permission(principal="*")),
    passes("Lambda.2", function, made("lambda:Function", packageType="Image")),
    breaks(
        "Lambda.2",
        "has runtime python3.8, which AWS does not support, or not for long",
        made("lambda:Function", runtime="python3.8"),
    ),
    passes("Lambda.3", made("lambda:Function", vpcConfig={"subnetIds": ["a"]})),
    breaks("Lambda.3", "is in no VPC", function),
    passes(
        "Lambda.5",
        east,
        west,
        function,
        made("lambda:Function", refs={"vpcConfig": [east, west]}, vpcConfig={"subnetIds": ["a", "b"]}),
    ),
    breaks("Lambda.5", "is in one zone", made("lambda:Function", vpcConfig={"subnetIds": ["a"]})),
    passes("CKV_AWS_173", function, made("lambda:Function", environment={"variables": {}}, kmsKeyArn="key")),
    breaks(
        "CKV_AWS_173",
        "has an environment that no customer key encrypts",
        made("lambda:Function", environment={"variables": {"A": "b"}}),
    ),
    passes("CKV_AWS_116", function, permission(principal="apigateway.amazonaws.com")),
    breaks("CKV_AWS_116", "loses events of events.amazonaws.com that it fails on", function, EVENTS),
    passes(
        "CKV_AWS_116",
        *(function, EVENTS),
        made(
            "lambda:FunctionEventInvokeConfig",
            refs={"functionName": function},
            destinationConfig={"onFailure": {"destination": "arn"}},
        ),
    ),
    passes("CKV_AWS_116", made("lambda:Function", "work", deadLetterConfig={"targetArn": "arn"}), EVENTS),
    breaks(
        "CKV_AWS_116",
        "loses messages of jobs that it fails on: the queue has no dead-letter queue",
        function,
        queue,
        mapping(queue),
    ),
    passes("CKV_AWS_116", function, queue, mapping(queue), made("sqs:RedrivePolicy", refs={"queueUrl": queue})),
    passes("CKV_AWS_116", function, made("sqs:Queue", "jobs", redrivePolicy="{}"), mapping(queue)),
    breaks("CKV_AWS_116", "loses records of feed that it fails on", function, mapping(eventSourceArn=STREAM)),
    passes(
        "CKV_AWS_116",
        function,
        mapping(eventSourceArn=STREAM, destinationConfig={"onFailure": {"destinationArn": "arn"}}),
    ),
]
