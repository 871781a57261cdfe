"""Runs LocalStack's Step Functions and S3 on loopback, without Docker, for localstack.test.ts.

The engine is LocalStack's own: its parser, its interpreter, its S3. Two parts of its environment are replaced, since
it would download or start them: the JVM and the jars of its JSONata evaluator are local ones, and a Task that
invokes a Lambda function is sent to the test, which has the functions.

    python run_localstack.py PORT LAMBDA_URL JARS_FOLDER STATE_FOLDER
"""

import os
import sys
from pathlib import Path

port, lambda_url, jars, state = sys.argv[1:5]
os.environ.update(
    GATEWAY_LISTEN=f"127.0.0.1:{port}",
    LOCALSTACK_VOLUME_DIR=state,
    FILESYSTEM_ROOT=f"{state}/root",
    SERVICES="stepfunctions,s3,sts,iam",
    DISABLE_EVENTS="1",
    SKIP_SSL_CERT_DOWNLOAD="1",
)

import boto3  # noqa: E402
import jpype  # noqa: E402
import jpype.imports  # noqa: E402
from localstack.runtime import main  # noqa: E402
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (  # noqa: E402
    lambda_eval_utils,
)
from localstack.services.stepfunctions.asl.jsonata import jsonata  # noqa: E402


def start_jvm(bridge) -> None:
    """Instead of a download: the machine's JVM, with the given jars."""
    jpype.startJVM(classpath=[str(jar) for jar in Path(jars).glob("*.jar")], interrupt=False)
    from com.dashjoin.jsonata.Jsonata import jsonata as evaluate  # type: ignore
    from com.fasterxml.jackson.databind import ObjectMapper  # type: ignore

    bridge._java_OBJECT_MAPPER = ObjectMapper()
    bridge._java_JSONATA = evaluate


def test_lambda(service, region, state_credentials):
    """The client that invokes the test's functions."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=lambda_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=boto3.session.Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


jsonata._JSONataJVMBridge.__init__ = start_jvm
lambda_eval_utils.boto_client_for = test_lambda
main.main()
