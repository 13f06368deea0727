#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "config/load.h"
#include "gateway/version.h"
#include "telemetry/prometheus_kit.h"

namespace {

using namespace meridian;

// LiteLLM's flags under their own names, and ours.
void add_serve_options(CLI::App& app, ServeCommand& command) {
  app.add_option("-c,--config", command.config, "Configuration, in LiteLLM's format")
      ->type_name("FILE");
  app.add_option("--host", command.host, "Address to listen on (default: every address)");
  app.add_option("--port", command.port, "Port to listen on")->capture_default_str();
  app.add_option(
      "--admin-port",
      command.admin_port,
      "Port for operators' pages (/metrics, /model/info, /explain), which then are on no "
      "other (default: on --port)");
  app.add_option("--admin-host", command.admin_host, "Address of --admin-port (default: --host)");
  app.add_option(
         "--num_workers", command.workers, "Worker threads (default: one a core, at most 8)")
      ->check(CLI::Range(1U, 256U));
  app.add_option("--max-connections",
                 command.connections_max,
                 "Open client connections; further ones wait (default: what descriptors allow)")
      ->check(CLI::PositiveNumber);
  app.add_option("--ssl_certfile_path", command.tls_certificate, "TLS certificate chain (PEM)")
      ->type_name("FILE");
  app.add_option("--ssl_keyfile_path", command.tls_key, "TLS private key (PEM)")->type_name("FILE");
  app.add_option("--ca-file",
                 command.ca_file,
                 "CA certificates to trust for providers (default: the system's)")
      ->type_name("FILE");
  app.add_option("--region",
                 command.overrides.region,
                 "Where this gateway runs, for residency rules and /health");
  app.add_option("--request_timeout",
                 command.overrides.request_timeout_s,
                 "Seconds from arrival to the answer")
      ->check(CLI::PositiveNumber);
  app.add_option(
         "--max_budget",
         command.overrides.max_budget,
         "US dollars that may be spent through this gateway; the file's budget_duration holds")
      ->check(CLI::PositiveNumber);
  app.add_option("--state",
                 command.overrides.state_file,
                 "Where spending is kept (default: meridian/state.db in $XDG_STATE_HOME, else in "
                 "~/.local/state)")
      ->type_name("FILE");
  app.add_flag("--drop_params",
               command.overrides.drop_params,
               "Drop parameters that a provider lacks instead of refusing the request");
  app.add_flag(
      "--simulated-cloud",
      command.simulated_cloud,
      "Send every request to a simulated provider cloud inside this process: no account needed");
  app.add_option("--simulated-pace",
                 command.simulated_pace,
                 "How fast the simulated cloud answers: 1 = like a real one, 0 = at once")
      ->check(CLI::Range(0.0, 100.0));
  app.add_flag("--strict", command.strict, "Warnings stop the start");
  app.add_option(
      "--model", command.model, "Serve one model without a file, for example openai/gpt-4o");
  app.add_option("--alias", command.alias, "Name under which --model is served");
  app.add_option("--api_base", command.api_base, "Base URL of --model");
  app.add_option("--api_version", command.api_version, "API version of --model (Azure)");
}

// Accepted because people's start scripts hold them; they change nothing here.
void add_flags_without_effect(CLI::App& app) {
  for (const char* const name : {"--debug",
                                 "--detailed_debug",
                                 "--run_gunicorn",
                                 "--run_hypercorn",
                                 "--use_prisma_db_push",
                                 "--iam_token_db_auth",
                                 "--skip_server_startup",
                                 "--local"}) {
    app.add_flag(name)->group("");
  }
  for (const char* const name : {"--telemetry",
                                 "--log_config",
                                 "--keepalive_timeout",
                                 "--max_requests_before_restart",
                                 "--ciphers"}) {
    app.add_option_function<std::string>(name, [](const std::string&) {})->group("");
  }
}

int run(int argc, char** argv) {
  CLI::App app{
      "Meridian, a multi-region LLM gateway. Without a command it serves, so that it can stand "
      "where\n"
      "`litellm --config FILE --port 4000` stood.",
      "meridian"};
  app.set_version_flag("-v,--version", std::string(kVersion));
  app.require_subcommand(0, 1);
  int status = 0;

  ServeCommand serving;
  add_serve_options(app, serving);
  add_flags_without_effect(app);
  auto* const serve_app = app.add_subcommand("serve", "Serve (the default)");
  add_serve_options(*serve_app, serving);
  add_flags_without_effect(*serve_app);

  CheckCommand checking;
  auto* const check_app =
      app.add_subcommand("check",
                         "Read a configuration and say what it means: the fleet, the rules, the "
                         "fate of every key,\nwarnings. Starts nothing.");
  check_app->add_option("FILE", checking.config)->required();
  check_app->add_flag("--strict", checking.strict, "Warnings make the exit status 1 (for CI)");
  check_app->add_option("--region", checking.overrides.region, "Where the gateway will run");
  check_app->callback([&] { status = check(checking); });

  auto* const schema_app =
      app.add_subcommand("schema", "Print a JSON Schema of the configuration, for editors");
  bool as_markdown = false;
  schema_app->add_flag("--markdown", as_markdown, "Print the reference docs/config.md instead");
  schema_app->callback(
      [&] { fmt::print("{}", as_markdown ? config_reference() : config_schema()); });

  ExplainCommand explaining;
  auto* const explain_app = app.add_subcommand(
      "explain",
      "Say in words where a request would go, and why not elsewhere. Sends nothing.\n"
      "Example: meridian explain --config fleet.yaml --model claude --allowed eu --down eu-west-1");
  explain_app->add_option("-c,--config", explaining.config, "Configuration")
      ->required()
      ->type_name("FILE");
  explain_app->add_option("--model", explaining.question.model, "What the client asks for")
      ->required();
  explain_app
      ->add_option("--allowed",
                   explaining.question.allowed,
                   "Residency rule of the request: regions, countries or groups")
      ->delimiter(',');
  explain_app->add_option("--from", explaining.question.from, "The user's country (ISO code)");
  explain_app->add_option("--down", explaining.question.down, "Regions to imagine resting")
      ->delimiter(',');
  explain_app->add_option("--tokens", explaining.question.input_tokens, "Length of the prompt")
      ->check(CLI::NonNegativeNumber);
  explain_app->add_option("--seed", explaining.question.seed, "Dice of a weighted choice")
      ->capture_default_str();
  explain_app->add_flag("--batch", explaining.question.batch, "A batch request: cheapest first");
  explain_app->add_flag("--json", explaining.question.json, "As JSON");
  explain_app->callback([&] { status = explain(explaining); });

  CheckCommand kit;
  auto* const prometheus_app = app.add_subcommand(
      "prometheus",
      "Print a scrape configuration, alerts and queries for the regions of a configuration");
  prometheus_app->add_option("FILE", kit.config)->required();
  prometheus_app->callback([&] { status = print_prometheus_kit(kit); });

  CloudCommand cloud;
  CloudSetCommand setting;
  auto* const cloud_app = app.add_subcommand("cloud",
                                             "Run the simulated provider cloud by itself: Bedrock, "
                                             "Vertex, Anthropic, OpenAI and Azure for\n"
                                             "any region, over their own protocols");
  cloud_app->require_subcommand(0, 1);
  cloud_app->add_option("--port", cloud.port, "Port to listen on")->capture_default_str();
  cloud_app->add_option("--host", cloud.host, "Address to listen on")->capture_default_str();
  cloud_app
      ->add_option("--pace", cloud.pace, "How fast it answers: 1 = like a real one, 0 = at once")
      ->check(CLI::Range(0.0, 100.0));
  auto* const set_app = cloud_app->add_subcommand(
      "set",
      "Change a region of a running one, also inside a gateway:\n"
      "  meridian cloud set us-west-2 dark | slow 8 | throttled | erroring 0.5 | cutting | lying "
      "|\n"
      "                               stalling | retired | unauthorized | healthy");
  set_app->add_option(
      "--url", setting.url, "Where it runs (default: MERIDIAN_URL, else http://127.0.0.1:4000)");
  set_app->add_option("WORDS", setting.words, "REGION STATE [VALUE]")->required();
  set_app->callback([&] { status = set_cloud(setting); });
  cloud_app->callback([&] {
    if (cloud_app->get_subcommands().empty()) {
      status = run_cloud(cloud);
    }
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  }
  if (app.get_subcommands().empty() || serve_app->parsed()) {
    status = serve(serving);
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "meridian: %s\n", error.what());  // fmt::print may throw.
    return 1;
  }
}
