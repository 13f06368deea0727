#include "cloud/cloud.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "cli/commands.h"
#include "cloud/fault.h"
#include "transport/http_client.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr Duration kSetMax = 5s;
constexpr std::string_view kDefaultUrl = "http://127.0.0.1:4000";

int complain(std::string_view sentence) {
  fmt::print(stderr, "meridian cloud: {}\n", sentence);
  return 1;
}

std::string url_of(const CloudSetCommand& command) {
  if (!command.url.empty()) {
    return command.url;
  }
  const char* const from_environment =
      std::getenv("MERIDIAN_URL");  // NOLINT(concurrency-mt-unsafe): one thread.
  return from_environment != nullptr ? from_environment : std::string(kDefaultUrl);
}

// Fetches on a loop of its own.
Result<HttpReply> fetch_now(HttpRequest request) {
  boost::asio::io_context loop{1};
  Network network;
  network.tls = network.contexts.get({}).value();
  Deadlines deadlines(loop.get_executor());
  Result<HttpReply> reply = std::unexpected(Failure{});
  boost::asio::co_spawn(loop, deadlines.sweep(), boost::asio::detached);
  boost::asio::co_spawn(
      loop,
      [](Network& way, Deadlines& limits, HttpRequest asked, Result<HttpReply>& answer)
          -> Awaitable<void> {
        const auto deadline = steady_now() + kSetMax;
        answer = co_await fetch(way, limits, std::move(asked), deadline);
        limits.cut_all();
      }(network, deadlines, std::move(request), reply),
      boost::asio::detached);
  loop.run();
  return reply;
}

}  // namespace

int run_cloud(const CloudCommand& command) {
  SimulatedCloudOptions options;
  options.host = command.host;
  options.port = command.port;
  options.pace.time_scale = command.pace;
  auto cloud = SimulatedCloud::start(options);
  if (!cloud) {
    return complain(cloud.error());
  }
  fmt::print(
      "The simulated provider cloud listens on http://{}:{}\n"
      "A provider's region is named by the Host header; `meridian cloud set REGION STATE --url "
      "http://{}:{}` changes one\n",
      command.host,
      (*cloud)->port(),
      command.host,
      (*cloud)->port());
  std::fflush(stdout);
  boost::asio::io_context loop{1};
  boost::asio::signal_set ending(loop, SIGINT, SIGTERM);
  ending.async_wait([](auto, int) {});
  loop.run();
  return 0;
}

int set_cloud(const CloudSetCommand& command) {
  if (command.words.size() < 2) {
    return complain("say which region and what it shall be: meridian cloud set us-west-2 dark");
  }
  std::vector<std::string_view> words(command.words.begin() + 1, command.words.end());
  const auto fault = parse_fault(words);
  if (!fault) {
    return complain(fault.error());
  }
  const auto url = url_of(command);
  const auto base = parse_base_url(url);
  if (!base) {
    return complain(base.error().message);
  }
  HttpRequest request;
  request.method = "PUT";
  request.to = base->address;
  request.target = base->path + "/_cloud/regions/" + command.words.front();
  request.headers.emplace_back("content-type", "application/json");
  if (const char* const key = std::getenv("MERIDIAN_MASTER_KEY");
      key != nullptr) {  // NOLINT(concurrency-mt-unsafe): one thread.
    request.headers.emplace_back("authorization", fmt::format("Bearer {}", key));
  }
  request.body = fault_json(*fault);
  const auto reply = fetch_now(std::move(request));
  if (!reply) {
    return complain(fmt::format("nobody answers at {}: {}; is it running, or elsewhere (--url)?",
                                url,
                                reply.error().message));
  }
  if (reply->status != 200) {
    return complain(fmt::format("{} answered {}: {}", url, reply->status, reply->body));
  }
  fmt::print("{} is {}\n", command.words.front(), describe(*fault));
  return 0;
}

}  // namespace meridian
