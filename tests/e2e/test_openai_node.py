"""OpenAI's Node SDK, at the version of the lock file: node/test_openai.mjs, run as node's own test runner runs it."""

import json
import subprocess

from conftest import CLEAN, ROOT
from test_openai_python import FLEET, REGIONS

NODE = ROOT / "build/e2e-node"
SCRIPT = ROOT / "tests/e2e/node/test_openai.mjs"


def test_openai_s_node_sdk_gets_its_answers_streams_tools_and_errors(start):
    assert (NODE / "node_modules/openai").is_dir(), "the Node SDK is not installed; run tools/e2e-env"
    gateway = start(FLEET + "general_settings: {master_key: sk-master}\n")

    done = subprocess.run(["node", "--test-reporter=spec", SCRIPT], capture_output=True, text=True, timeout=120, env={
        **CLEAN, "E2E_URL": gateway.url, "E2E_KEY": "sk-master", "E2E_NODE": str(NODE), "E2E_REGIONS": json.dumps(REGIONS)})

    assert done.returncode == 0, done.stdout + done.stderr
    assert "ℹ fail 0" in done.stdout, done.stdout
