#include "transport/client_contexts.h"

#include <system_error>

namespace meridian {

namespace {

std::vector<std::filesystem::file_time_type> times_of(const TlsRules& rules) {
  std::vector<std::filesystem::file_time_type> times;
  for (const auto& path : {rules.ca_file, rules.certificate}) {
    std::error_code failed;  // A file that is not there is for who reads it to say.
    times.push_back(std::filesystem::last_write_time(path, failed));
  }
  return times;
}

}  // namespace

std::expected<std::shared_ptr<TlsContext>, std::string> ClientContexts::get(TlsRules rules) {
  if (rules.verify && rules.ca_file.empty()) {
    rules.ca_file = ca_file_;
  }
  auto times = times_of(rules);
  if (const auto found = kept_.find(rules); found != kept_.end() && found->second.as_of == times) {
    return found->second.context;
  }
  auto made = TlsContext::client(rules);
  if (!made) {
    return std::unexpected(std::move(made).error());
  }
  std::shared_ptr<TlsContext> context = std::move(*made);
  kept_[std::move(rules)] = {std::move(times), context};
  return context;
}

}  // namespace meridian
