"""Whole programs, each in a process of its own."""

import contextvars
import os
import textwrap
from pathlib import Path

import pytest

from tap.engine import host
from tap.engine.project import stack_config
from tap.engine.run import record_program, run_program
from tap.plan import UNKNOWN, Secret
from tap.recording import Recording
from tests.support.answers import Failing
from tests.support.deploy import deploy
from tests.support.shop import shop

SHOP = (Path(__file__).parents[2] / "support" / "shop.py").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path):
    """A Pulumi project of this program; gives its folder."""

    def write(program, config="{}"):
        (tmp_path / "Pulumi.yaml").write_text(f"name: Shop\nruntime: python\nconfig: {config}\n", encoding="utf-8")
        (tmp_path / "__main__.py").write_text(textwrap.dedent(program), encoding="utf-8")
        return tmp_path

    return write


def run(root, answers=None, **options):
    return run_program(root, stack_config(root, "dev"), answers or Recording(), **options)


def outcome(root):
    """What the program's process would make of it, in this one."""
    config = stack_config(root, "dev")
    task = host.Task(
        program=root / "__main__.py",
        settings={"project": "Shop", "stack": "dev", "dry_run": False},
        config=config.values,
        secret_keys=config.secret_keys,
        outcome=root / "outcome",
        answers=Recording(),
    )
    return contextvars.Context().run(host.run, task)


def comparable(plan):
    """A Plan without what is its run's own: project and order."""
    resources = [
        (r.urn.split("::", 2)[2], sorted(r.inputs), sorted(r.outputs), r.region, r.options) for r in plan.resources
    ]
    return sorted(resources, key=lambda resource: resource[0])


def test_a_program_of_another_shape_runs_over_the_wire_and_in_place_alike(project):
    root = project(SHOP)
    heard = []
    over_wire = run(root, observer=lambda event, resource: heard.append((event, resource.name)))
    in_place = record_program(root, stack_config(root, "dev"), Recording())
    assert over_wire.problems == in_place.problems == ()
    assert comparable(over_wire.plan) == comparable(in_place.plan) == comparable(deploy(shop, project="Shop"))
    assert isinstance(over_wire.plan.exports["password"], Secret)
    assert over_wire.plan.exports["tags"] == {"Owner": "shop", "Name": "shop"}
    assert over_wire.plan.exports == in_place.plan.exports
    assert {("registered", "shop-vpc"), ("created", "shop-vpc"), ("registered", "shop")} <= set(heard)


def test_failures_over_the_wire_skip_dependents_and_are_all_told(project):
    program = """
        import pulumi
        import pulumi_random as random

        bad, worse = random.RandomPet("bad"), random.RandomPet("worse")
        after = random.RandomPet("after", prefix=bad.id)
        random.RandomPet("last", opts=pulumi.ResourceOptions(depends_on=[after]))
        pulumi.export("good", random.RandomPet("good").id)
        pulumi.export("bad", bad.id)
    """
    heard = []
    result = run(
        project(program),
        Failing({"bad", "worse"}),
        observer=lambda event, resource: heard.append((event, resource.name)),
    )
    assert not result.ok
    assert result.error == ""
    assert {failure.resource.name for failure in result.failures if not failure.skipped} == {"bad", "worse"}
    assert {failure.resource.name for failure in result.failures if failure.skipped} == {"after", "last"}
    assert len(result.problems) == 4
    assert [name for event, name in heard if event == "created"] == ["good"]
    assert {name for event, name in heard if event == "failed"} == {"bad", "worse"}
    assert {name for event, name in heard if event == "skipped"} == {"after", "last"}
    assert result.plan.exports["bad"] is UNKNOWN


def test_config_environment_output_and_logs_pass_between_the_processes(project):
    program = """
        import json, os, sys
        import pulumi

        print("printed", os.environ["GIVEN"], os.getcwd())
        print("to stderr", file=sys.stderr)
        pulumi.log.info("told")
        pulumi.log.debug("not told")
        pulumi.export("owner", pulumi.Config().require("owner"))
        pulumi.export("token", pulumi.Config().require_secret("token"))
        pulumi.export("keys", sorted(json.loads(os.environ["PULUMI_CONFIG"])))
        pulumi.export("place", [pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()])
        pulumi.export("root", pulumi.runtime.get_root_directory())
    """
    root = project(program, "{owner: {default: me}, token: {secret: true, default: word}}")
    result = run(root, environ={**os.environ, "GIVEN": "this"})
    assert result.ok
    # The two streams may be flushed in either order.
    assert sorted(result.output.splitlines()) == [f"printed this {root}", "to stderr"]
    assert [(log.severity, log.message) for log in result.logs] == [("info", "told")]
    assert result.plan.exports == {
        "owner": "me",
        "token": Secret("word"),
        "keys": ["Shop:owner", "Shop:token"],
        "place": ["organization", "Shop", "dev"],
        "root": str(root),
    }


def test_a_refusal_over_the_wire_reaches_the_program(project):
    program = """
        import pulumi

        try:
            pulumi.runtime.invoke("aws:index/getRegion:getRegion", {})
        except Exception as error:
            raise pulumi.RunError(f"heard: {error}")
    """
    (problem,) = run(project(program)).problems
    assert problem.startswith("heard: invoke of aws:index/getRegion:getRegion failed: has no provider")


def test_a_process_that_dies_is_told(project):
    result = run(project("import os; os._exit(3)"))
    assert result.problems == ("the program's process ended by itself with 3",)


def test_what_a_program_refuses_is_its_message_alone(project):
    root = project("import pulumi\nraise pulumi.RunError('the settings are wrong')")
    assert outcome(root).error == "the settings are wrong"


def test_a_crash_is_told_from_the_program_on(project):
    root = project("import pulumi\ndef inner():\n    raise ValueError('oh')\ninner()")
    lines = outcome(root).error.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].strip() == f'File "{root}/__main__.py", line 4, in <module>'
    assert lines[-1] == "ValueError: oh"


def test_a_crash_inside_apply_is_told(project):
    root = project("import pulumi\npulumi.export('x', pulumi.Output.from_input(0).apply(lambda zero: 1 / zero))")
    assert outcome(root).error.splitlines()[-1] == "ZeroDivisionError: division by zero"


def test_a_program_with_a_syntax_error_is_told(project):
    assert "SyntaxError" in outcome(project("def")).error


@pytest.mark.parametrize(
    ("code", "error"),
    [("", ""), ("0", ""), ("3", "__main__.py ended itself with exit code 3"), ("'no more'", "no more")],
)
def test_a_program_that_ends_itself_is_told_unless_with_success(project, code, error):
    assert outcome(project(f"import sys\nsys.exit({code})")).error == error


def test_an_error_that_the_program_logs_keeps_it_from_success(project):
    found = outcome(project("import pulumi\npulumi.log.error('this is bad')")).heard
    assert found is not None
    assert found.problems == ("this is bad",)


def test_warnings_do_not_keep_it_from_success(project):
    found = outcome(project("import pulumi\npulumi.log.warn('careful')")).heard
    assert found is not None
    assert (found.problems, [log.message for log in found.logs]) == ((), ["careful"])
