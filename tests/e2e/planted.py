"""A configuration with a secret in every place that takes one. None looks like a key, so that nothing hides it by its looks."""

import json

SECRET = "hush-planted"

NAMES = ["master_key", "openai api_key", "environment api_key", "azure api_key", "azure_ad_token", "client_secret", "anthropic api_key",
         "gemini api_key", "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_bearer", "aws_external_id",
         "extra_headers", "headers", "url password", "url query", "proxy password", "redis_password", "langfuse", "database_url",
         "slack", "unknown key", "environment_variables", "model_info", "azure_password"]
PLANTED = {name: f"{SECRET}-{number:02}-{name.replace(' ', '-').replace('_', '-')}" for number, name in enumerate(NAMES)}


def planted_config(url, google_key):
    """(text, environment): every provider is at `url`."""
    account = json.dumps({"type": "service_account", "client_email": "a@b.iam.gserviceaccount.com", "private_key": google_key,
                          "private_key_id": PLANTED["gemini api_key"], "token_uri": "http://127.0.0.1:1/token"})
    secret = PLANTED
    config = f"""
model_list:
  - model_name: openai
    litellm_params: {{model: openai/up, api_base: "{url}/v1", api_key: {secret['openai api_key']}, rpm: 100,
      extra_headers: {{x-team: {secret['extra_headers']}}}}}
    model_info: {{region: us-west-2, description: "{secret['model_info']}"}}
  - model_name: responses
    litellm_params: {{model: openai/responses/up, api_base: "{url}/v1", api_key: {secret['openai api_key']}}}
  - model_name: environment
    litellm_params: {{model: openai/up, api_base: "{url}/v1", api_key: os.environ/PLANTED_KEY, headers: {{x-team: {secret['headers']}}}}}
  - model_name: azure
    litellm_params: {{model: azure/up, api_base: "{url}", api_version: "2024-10-21", api_key: {secret['azure api_key']}}}
  - model_name: entra
    litellm_params: {{model: azure/up, api_base: "{url}", api_version: "2024-10-21", azure_ad_token: {secret['azure_ad_token']}}}
  - model_name: entra-client
    litellm_params: {{model: azure/up, api_base: "{url}", api_version: "2024-10-21", tenant_id: t, client_id: c,
      client_secret: {secret['client_secret']}, azure_username: u, azure_password: {secret['azure_password']}}}
  - model_name: anthropic
    litellm_params: {{model: anthropic/claude-sonnet-4-5, api_base: "{url}", api_key: {secret['anthropic api_key']}}}
  - model_name: gemini
    litellm_params: {{model: gemini/gemini-2.5-pro, api_base: "{url}", api_key: {secret['gemini api_key']}}}
  - model_name: bedrock
    litellm_params: {{model: bedrock/anthropic.claude-3-haiku-20240307-v1:0, aws_region_name: us-west-2,
      aws_access_key_id: {secret['aws_access_key_id']}, aws_secret_access_key: {secret['aws_secret_access_key']},
      aws_session_token: {secret['aws_session_token']}, aws_bedrock_runtime_endpoint: "{url}"}}
  - model_name: bedrock-key
    litellm_params: {{model: bedrock/anthropic.claude-3-haiku-20240307-v1:0, aws_region_name: us-west-2, api_key: {secret['aws_bearer']},
      aws_bedrock_runtime_endpoint: "{url}", aws_external_id: {secret['aws_external_id']}}}
  - model_name: vertex
    litellm_params: {{model: vertex_ai/claude-3-5-sonnet@20241022, vertex_project: p, vertex_location: us-east5, vertex_credentials: '{account}'}}
  - model_name: unreachable
    litellm_params: {{model: openai/up, api_base: "http://127.0.0.1:1/v1", api_key: {secret['openai api_key']}}}
router_settings: {{num_retries: 0, disable_cooldowns: true, redis_password: {secret['redis_password']}}}
litellm_settings: {{langfuse_secret_key: {secret['langfuse']}}}
environment_variables: {{PLANTED_VARIABLE: {secret['environment_variables']}}}
general_settings: {{master_key: {secret['master_key']}, database_url: "postgresql://u:{secret['database_url']}@db/x",
  alerting_args: {{slack: {secret['slack']}}}}}
"""
    environment = {"PLANTED_KEY": secret["environment api_key"], "HTTPS_PROXY": f"http://user:{secret['proxy password']}@127.0.0.1:1"}
    return config, environment
