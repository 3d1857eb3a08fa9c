"""Runs a composite action's own shell steps, as GitHub's runner does, as far as these need it.

It knows ``inputs``, ``steps`` and a few fields of ``github`` in ``${{ }}`` of ``env``; a step that uses
another action is left out, and what that step would give is handed in.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


@dataclass
class Runner:
    """A job's folder, and what its steps have said.

    Attributes:
        action: folder of the action.
        workspace: where the repository is checked out.
        temp: ``RUNNER_TEMP``.
        event: fields of ``github`` by their dotted names.
        env: variables of the job beside those of the machine.
        steps: outputs of steps by id.
        log: what was printed.
    """

    action: Path
    workspace: Path
    temp: Path
    event: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, str]] = field(default_factory=dict)
    log: str = ""

    @property
    def summary(self) -> str:
        """What the job's page shows."""
        return (self.temp / "summary").read_text("utf-8")

    def run(self, inputs: dict[str, str], only: tuple[str, ...] = ()) -> int:
        """Run the action's shell steps, or those of ``only`` by id or name, up to one that fails."""
        whole = yaml.safe_load((self.action / "action.yml").read_text("utf-8"))
        unknown = set(inputs) - set(whole["inputs"])
        assert not unknown, unknown
        defaults = {name: str(entry.get("default", "")) for name, entry in whole["inputs"].items()}
        for step in whole["runs"]["steps"]:
            if "run" not in step or (only and step.get("id", step.get("name")) not in only):
                continue
            if (status := self._step(step, defaults | inputs)) != 0:
                return status
        return 0

    def _step(self, step: dict[str, Any], inputs: dict[str, str]) -> int:
        assert step["shell"] == "bash"
        self.temp.mkdir(exist_ok=True)
        files = {name: self.temp / name.lower() for name in ("output", "summary", "path")}
        for path in files.values():
            path.touch()
        files["output"].write_text("")
        variables = {
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_OUTPUT": str(files["output"]),
            "GITHUB_PATH": str(files["path"]),
            "GITHUB_STEP_SUMMARY": str(files["summary"]),
            "RUNNER_TEMP": str(self.temp),
            **self.env,
            **{name: self._value(text, inputs) for name, text in step.get("env", {}).items()},
        }
        # As the runner calls it: docs.github.com, workflow syntax, "jobs.<job_id>.steps[*].shell".
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            errors="replace",
        )
        self.log += done.stdout + done.stderr
        said = [line.partition("=") for line in files["output"].read_text("utf-8").splitlines()]
        if "id" in step:
            self.steps[step["id"]] = {name: value for name, _, value in said}
        return done.returncode

    def _value(self, text: str, inputs: dict[str, str]) -> str:
        def looked_up(match: re.Match[str]) -> str:
            kind, _, name = match[1].partition(".")
            if kind == "inputs":
                return inputs[name]
            if kind == "steps":
                step, _, output = name.partition(".outputs.")
                return self.steps[step].get(output, "")
            assert kind == "github", match[0]
            return self.event.get(name, "")

        return _EXPRESSION.sub(looked_up, text)
