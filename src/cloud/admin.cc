#include "cloud/admin.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace meridian {
namespace {

namespace json = boost::json;

constexpr std::size_t kPageMax = 10'000;

CloudAdmin::Answer error(int status, std::string_view message) {
  return {.status = status,
          .json = json::serialize(json::object{{"error", {{"message", message}}}})};
}

json::object as_json(const RegionState& state) {
  json::object made{{"region", state.region}, {"state", name_of(state.fault.kind)}};
  // The state's own number, under the name that setting it takes.
  const auto fault = json::parse(fault_json(state.fault)).get_object();
  for (const auto& member : fault) {
    made[member.key()] = member.value();
  }
  made["requests"] = state.requests;
  if (!state.host.empty()) {
    made["host"] = state.host;
  }
  return made;
}

json::object as_json(const TrafficEntry& entry) {
  return {{"seq", entry.seq},
          {"ms", entry.wall_ms},
          {"region", entry.region},
          {"host", entry.host},
          {"operation", entry.operation},
          {"model", entry.model},
          {"status", entry.status},
          {"bytes", entry.bytes},
          {"prompt_hash", entry.prompt_hash},
          {"probe", entry.probe},
          {"fault", entry.fault},
          {"outcome", entry.outcome}};
}

// The number of a query's field; nothing: it is there and is no number.
std::optional<std::uint64_t> number_in(std::string_view query,
                                       std::string_view name,
                                       std::uint64_t otherwise) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto field = query.substr(0, end);
    if (field.starts_with(name) && field.substr(name.size()).starts_with('=')) {
      const auto text = field.substr(name.size() + 1);
      std::uint64_t value = 0;
      const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
      const bool whole = failed == std::errc() && stop == text.data() + text.size();
      return whole ? std::optional(value) : std::nullopt;
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return otherwise;
}

}  // namespace

CloudAdmin::Answer CloudAdmin::handle(std::string_view method,
                                      std::string_view target,
                                      std::string_view body) {
  const auto mark = std::min(target.find('?'), target.size());
  const auto path = target.substr(0, mark);
  const auto query = target.substr(std::min(mark + 1, target.size()));
  constexpr std::string_view kRegion = "/_cloud/regions/";
  if (path == "/_cloud/regions" && method == "GET") {
    return regions();
  }
  if (path.starts_with(kRegion) && (method == "PUT" || method == "POST")) {
    return set_region(path.substr(kRegion.size()), body);
  }
  if (path == "/_cloud/log" && method == "GET") {
    return log_after(query);
  }
  if (path == "/_cloud/log" && method == "DELETE") {
    log_.clear();
    return {.status = 200, .json = "{}"};
  }
  if (path == "/_cloud/reset" && method == "POST") {
    conditions_.reset();
    log_.clear();
    return {.status = 200, .json = "{}"};
  }
  return error(
      404,
      fmt::format("{} {} is not part of the simulated cloud's API; there are GET /_cloud/regions, "
                  "PUT /_cloud/regions/{{region}}, GET and DELETE /_cloud/log, POST /_cloud/reset",
                  method,
                  path));
}

CloudAdmin::Answer CloudAdmin::regions() const {
  json::array made;
  for (const auto& state : conditions_.regions()) {
    made.push_back(as_json(state));
  }
  return {.status = 200, .json = json::serialize(json::object{{"regions", std::move(made)}})};
}

CloudAdmin::Answer CloudAdmin::set_region(std::string_view region, std::string_view body) {
  const auto fault = read_fault_json(body);
  if (!fault) {
    return error(400, fault.error());
  }
  const auto name = conditions_.set(region, *fault);
  if (!name) {
    return error(404, name.error());
  }
  return {.status = 200,
          .json = json::serialize(json::object{{"region", *name}, {"state", describe(*fault)}})};
}

CloudAdmin::Answer CloudAdmin::log_after(std::string_view query) const {
  const auto since = number_in(query, "since", 0);
  const auto limit = number_in(query, "limit", kPageMax);
  if (!since || !limit) {
    return error(400, "since and limit have to be whole numbers");
  }
  const auto page =
      log_.after(*since, static_cast<std::size_t>(std::min<std::uint64_t>(*limit, kPageMax)));
  json::array entries;
  entries.reserve(page.entries.size());
  for (const auto& entry : page.entries) {
    entries.push_back(as_json(entry));
  }
  return {.status = 200,
          .json = json::serialize(json::object{
              {"entries", std::move(entries)}, {"last", page.last}, {"lost", page.lost}})};
}

}  // namespace meridian
