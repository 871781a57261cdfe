"""Runs moto's server on loopback, for remove.test.ts.

    python run_moto.py serve PORT [FILE]   serves; kinds of resources that moto cannot create are recorded in FILE
    python run_moto.py list PORT           prints the existing resources, as JSON: kinds with names

Four things are changed, none of which affects what moto creates and deletes. Only errors of cfn-lint fail a template,
as in AWS, except those that scripts/lint-template.json accepts. A kind of resource that moto cannot create gets a
stand-in of that name, to which others may refer. A reference to an event bus yields its name, as a reference to any
other resource does. A state machine has a revision, and a function's version its number.
"""

import json
import sys
from pathlib import Path

POLICY = json.loads((Path(__file__).parents[2] / "scripts" / "lint-template.json").read_text())
ACCEPTED = {each["rule"] for each in POLICY["accepted"]}


def serve(port: str, noted: str) -> None:
    from moto.awslambda.models import LambdaVersion
    from moto.cloudformation import models, parsing, utils
    from moto.core.common_models import CloudFormationModel
    from moto.events.models import EventBus
    from moto.server import main
    from moto.stepfunctions.models import StateMachine

    def errors_alone(template):
        found = utils.validate_template_cfn_lint(template)
        return [each for each in found if each.rule.id.startswith("E") and each.rule.id not in ACCEPTED]

    known = parsing.resource_class_from_type
    stand_ins: dict = {}

    def reference_to(kind: str, name: str) -> str:
        # A rule's target must look like an ARN, which a state machine's version and alias refer to.
        if not kind.startswith("AWS::StepFunctions::"):
            return name
        return f"arn:aws:states:us-east-2:123456789012:stateMachine:{name}"

    def stand_in_for(kind: str) -> type:
        class StandIn(CloudFormationModel):
            # moto groups its models by their folder.
            __module__ = "moto.stand_in"

            def __init__(self, name):
                self.name = name

            @property
            def physical_resource_id(self):
                return self.name

            @staticmethod
            def cloudformation_name_type():
                return ""

            @staticmethod
            def cloudformation_type():
                return kind

            @classmethod
            def has_cfn_attr(cls, attr):
                return True

            def get_cfn_attribute(self, attribute_name):
                return f"{self.name}.{attribute_name}"

            @classmethod
            def create_from_cloudformation_json(cls, resource_name, cloudformation_json, *_, **__):
                # A reference to an alias means its function, to which moto can grant permissions.
                named = cloudformation_json["Properties"].get("FunctionName")
                return cls(named if kind == "AWS::Lambda::Alias" else reference_to(kind, resource_name))

            @classmethod
            def update_from_cloudformation_json(cls, original_resource, *_, **__):
                return original_resource

            @classmethod
            def delete_from_cloudformation_json(cls, *_):
                pass

            def is_created(self):
                return True

        return StandIn

    def class_of(kind: str) -> type:
        found = known(kind)
        if found is not None:
            return found
        if kind not in stand_ins:
            stand_ins[kind] = stand_in_for(kind)
            with open(noted, "w") as file:
                json.dump(sorted(stand_ins), file)
        return stand_ins[kind]

    # The revision of a version, and its number, which moto does not report.
    has_attribute, get_attribute = StateMachine.has_cfn_attr, StateMachine.get_cfn_attribute
    StateMachine.has_cfn_attr = classmethod(
        lambda cls, name: name == "StateMachineRevisionId" or has_attribute.__func__(cls, name)
    )
    StateMachine.get_cfn_attribute = lambda machine, name: (
        "INITIAL" if name == "StateMachineRevisionId" else get_attribute(machine, name)
    )
    LambdaVersion.has_cfn_attr = classmethod(lambda cls, name: name == "Version")
    LambdaVersion.get_cfn_attribute = lambda version, name: str(version.version)
    EventBus.physical_resource_id = property(lambda bus: bus.name)
    models.validate_template_cfn_lint = errors_alone
    parsing.resource_class_from_type = class_of
    main(["-H", "127.0.0.1", "-p", port])


def list_all(port: str) -> None:
    import boto3

    def client(service: str):
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="us-east-2",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    found = {
        "stacks": [each["StackName"] for each in client("cloudformation").describe_stacks()["Stacks"]],
        "buckets": [each["Name"] for each in client("s3").list_buckets()["Buckets"]],
        "functions": [each["FunctionName"] for each in client("lambda").list_functions()["Functions"]],
        "stateMachines": [each["name"] for each in client("stepfunctions").list_state_machines()["stateMachines"]],
        "logGroups": [each["logGroupName"] for each in client("logs").describe_log_groups()["logGroups"]],
        "roles": [each["RoleName"] for each in client("iam").list_roles()["Roles"]],
        "eventBuses": [each["Name"] for each in client("events").list_event_buses()["EventBuses"]],
        "rules": [
            rule["Name"]
            for bus in client("events").list_event_buses()["EventBuses"]
            for rule in client("events").list_rules(EventBusName=bus["Name"])["Rules"]
        ],
        "schedules": [each["Name"] for each in client("scheduler").list_schedules()["Schedules"]],
        "queues": client("sqs").list_queues().get("QueueUrls", []),
        "topics": [each["TopicArn"] for each in client("sns").list_topics()["Topics"]],
        "alarms": [each["AlarmName"] for each in client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "dashboards": [each["DashboardName"] for each in client("cloudwatch").list_dashboards()["DashboardEntries"]],
        "apis": [each["Name"] for each in client("apigatewayv2").get_apis()["Items"]],
        "tables": client("dynamodb").list_tables()["TableNames"],
    }
    print(json.dumps(found))


command, chosen, *rest = sys.argv[1:]
if command == "serve":
    serve(chosen, rest[0])
else:
    list_all(chosen)
