#include "providers/google/credentials.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "providers/errands.h"
#include "providers/google/federation.h"
#include "providers/google/token.h"

namespace meridian {
namespace {

constexpr std::string_view kNothing =
    "No Google credentials: set vertex_credentials at the deployment (a path or the JSON itself), "
    "or "
    "GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`.";

// The story of a credential file. `project` is kept as the account, so that a deployment without
// vertex_project is sent to the account's own.
LeaseScript from_file(Desk* desk, std::string json) {
  if (is_external_account(json)) {
    auto account = read_external_account(json);
    if (!account) {
      co_return std::unexpected(std::move(account.error()));
    }
    co_return co_await federated(desk, std::move(*account));
  }
  const auto parsed = read_google_file(json);
  if (!parsed) {
    co_return std::unexpected(parsed.error());
  }
  auto errand = token_errand(*parsed, desk->now);
  if (!errand) {
    co_return std::unexpected(std::move(errand.error()));
  }
  auto lease = co_await fetch_token(desk, std::move(*errand));
  if (lease) {
    lease->credential.account = std::visit([](const auto& kind) { return kind.project; }, *parsed);
  }
  co_return lease;
}

LeaseScript from_path(Desk* desk, std::string path, std::string named_by) {
  const auto full = co_await under_home(desk, path);
  auto text = co_await file(desk, full);
  if (!text) {
    co_return no_credential(
        fmt::format("The Google credential file \"{}\" ({}) cannot be read.", path, named_by));
  }
  co_return co_await from_file(desk, std::move(*text));
}

LeaseScript from_metadata(Desk* desk) {
  const auto host = co_await variable(desk, "GCE_METADATA_HOST");
  const auto off = co_await variable(desk, "NO_GCE_CHECK");
  if (off == "true" && host.empty()) {
    co_return no_credential(std::string(kNothing));
  }
  const auto url = parse_base_url("http://" + (host.empty() ? "metadata.google.internal" : host));
  if (!url) {
    co_return no_credential("GCE_METADATA_HOST must be a host name, with a port if need be.");
  }
  FetchUrl errand;
  errand.method = "GET";
  errand.address = url->address;
  errand.headers.emplace_back("metadata-flavor", "Google");
  errand.limit = std::chrono::seconds(3);

  auto project_errand = errand;
  project_errand.target = "/computeMetadata/v1/project/project-id";
  const auto project = co_await fetch(desk, std::move(project_errand));
  if (!project.done) {
    co_return no_credential(std::string(kNothing));
  }
  errand.target = "/computeMetadata/v1/instance/service-accounts/default/token";
  auto lease = co_await fetch_token(desk, std::move(errand));
  if (lease && project.status == 200) {
    lease->credential.account = header_safe(project.text.substr(0, 64)).value_or("");
  }
  co_return lease;
}

LeaseScript default_credentials(Desk* desk) {
  const auto named = co_await variable(desk, "GOOGLE_APPLICATION_CREDENTIALS");
  if (!named.empty()) {
    co_return co_await from_path(desk, named, "GOOGLE_APPLICATION_CREDENTIALS");
  }
  auto folder = co_await variable(desk, "CLOUDSDK_CONFIG");
  if (folder.empty()) {
    folder = co_await under_home(desk, "~/.config/gcloud");
  }
  auto text = co_await file(desk, folder + "/application_default_credentials.json");
  if (text) {
    co_return co_await from_file(desk, std::move(*text));
  }
  co_return co_await from_metadata(desk);
}

bool is_json(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && text[begin] == '{';
}

LeaseScript story(Desk* desk, Secret given) {
  const auto text = std::string(given.reveal());
  if (text.empty()) {
    co_return co_await default_credentials(desk);
  }
  if (is_json(text)) {
    co_return co_await from_file(desk, text);
  }
  co_return co_await from_path(desk, text, "vertex_credentials");
}

}  // namespace

LeaseScript fetch_token(Desk* desk, FetchUrl errand) {
  constexpr int kTries = 3;
  ErrandResult reply;
  for (int tries = 1; tries <= kTries; ++tries) {
    reply = co_await fetch(desk, errand);
    if (!token_retry_helps(reply)) {
      break;
    }
    if (tries < kTries) {
      co_await pause(desk, std::chrono::seconds(tries));
    }
  }
  co_return read_token_reply(reply, desk->now);
}

std::unique_ptr<CredentialSource> make_google_source(const DeploymentParams& params) {
  RenewalRules rules;
  rules.ahead = std::chrono::seconds(225);
  return make_renewing_source(
      [given = params.vertex_credentials](Desk* desk) { return story(desk, given); }, rules);
}

}  // namespace meridian
