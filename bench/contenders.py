"""Who is measured: the command and the configuration of each gateway, all with one worker.

Nobody but Meridian writes an access log; its default stays on, since that is what an operator runs.
"""

import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
KEY = "sk-bench"

# Without http-no-delay haproxy holds the events of a stream back to fill segments.
HAPROXY = """
global
  nbthread 1
  maxconn 8000
{globals}
defaults
  mode http
  option http-no-delay
  option http-keep-alive
  http-reuse always
  timeout connect 5s
  timeout client 300s
  timeout server 300s
frontend in
  bind 127.0.0.1:{port}
{checks}
  default_backend regions
backend regions
  balance roundrobin
{servers}
"""

# The body has to be in the buffer before its model can be read.
HAPROXY_GLOBALS_JSON = "  tune.bufsize 262144"
HAPROXY_CHECKS_JSON = f"""
  option http-buffer-request
  http-request deny deny_status 401 unless {{ req.hdr(authorization) -m str "Bearer {KEY}" }}
  http-request set-var(txn.model) req.body,json_query('$.model')
  http-request deny deny_status 404 unless {{ var(txn.model) -m str gpt-4o }}
"""

NGINX = """
user root;
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log error;
events {{ worker_connections 8000; }}
http {{
  access_log off;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  client_max_body_size 10m;
  client_body_buffer_size 256k;
  client_body_temp_path {folder}/nginx-body;
  proxy_temp_path {folder}/nginx-proxy;
  fastcgi_temp_path {folder}/nginx-fastcgi;
  uwsgi_temp_path {folder}/nginx-uwsgi;
  scgi_temp_path {folder}/nginx-scgi;
  upstream regions {{
{servers}
    keepalive 1100;
    keepalive_requests 1000000000;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://regions;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_read_timeout 300s;
    }}
  }}
}}
"""

BEDROCK = """
  - model_name: claude
    litellm_params:
      model: bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0
      aws_region_name: us-east-1
      aws_access_key_id: AKIABENCHBENCHBENCH0
      aws_secret_access_key: bench-secret
      aws_bedrock_runtime_endpoint: "http://127.0.0.1:{port}"
"""


def floor(folder, port, upstream):
    return [BUILD / "bench_floor", "--port", port, "--to", upstream[0]]


def nginx(folder, port, upstream):
    servers = "\n".join(f"    server 127.0.0.1:{at};" for at in upstream[:2])
    file = folder / "nginx.conf"
    file.write_text(NGINX.format(folder=folder, port=port, servers=servers))
    return [shutil.which("nginx") or "/usr/sbin/nginx", "-p", folder, "-c", file]


def _haproxy(folder, port, upstream, name, extra, checks):
    servers = "\n".join(f"  server r{at} 127.0.0.1:{at} pool-max-conn -1" for at in upstream[:2])
    file = folder / f"{name}.cfg"
    file.write_text(HAPROXY.format(globals=extra, port=port, checks=checks, servers=servers))
    return [shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", file]


def haproxy(folder, port, upstream):
    return _haproxy(folder, port, upstream, "haproxy", "", "")


def haproxy_json(folder, port, upstream):
    return _haproxy(folder, port, upstream, "haproxy-json", HAPROXY_GLOBALS_JSON,
                    HAPROXY_CHECKS_JSON)


def _meridian(folder, port, upstream, deployments):
    lines = ["model_list:"]
    for i in range(deployments):
        at = upstream[i % 2]
        lines.append("  - model_name: gpt-4o\n    litellm_params: {model: openai/gpt-4o, "
                     f'api_base: "http://127.0.0.1:{at}/r{i}/v1", api_key: sk-upstream}}')
    lines.append(BEDROCK.format(port=upstream[2]))
    lines.append("general_settings: {master_key: os.environ/BENCH_KEY}")
    lines.append("router_settings: {routing_strategy: simple-shuffle}")
    file = folder / f"meridian-{deployments}.yaml"
    file.write_text("\n".join(lines) + "\n")
    return [BUILD / "meridian", "--config", file, "--host", "127.0.0.1", "--port", port,
            "--num_workers", 1]


def meridian(folder, port, upstream):
    return _meridian(folder, port, upstream, 2)


def meridian_50(folder, port, upstream):
    return _meridian(folder, port, upstream, 50)


def meridian_1000(folder, port, upstream):
    return _meridian(folder, port, upstream, 1000)


# Name in the tables: how it starts, and the model that the client asks for.
CONTENDERS = {
    "floor (blind relay)": (floor, "gpt-4o"),
    "nginx": (nginx, "gpt-4o"),
    "haproxy": (haproxy, "gpt-4o"),
    "haproxy, key and model": (haproxy_json, "gpt-4o"),
    "Meridian": (meridian, "gpt-4o"),
    "Meridian to Bedrock": (meridian, "claude"),
    "Meridian, 50 deployments": (meridian_50, "gpt-4o"),
    "Meridian, 1000 deployments": (meridian_1000, "gpt-4o"),
}

ENVIRONMENT = {**os.environ, "BENCH_KEY": KEY}
