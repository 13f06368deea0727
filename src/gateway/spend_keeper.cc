#include "gateway/spend_keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/log_writer.h"
#include "telemetry/event_log.h"

namespace meridian {

namespace {

constexpr const char* kWholeGateway = "gateway";

}  // namespace

SpendKeeper::SpendKeeper(std::function<void(std::function<void()>)> post, LogWriter& log)
    : post_(std::move(post)), log_(log) {}

SpendKeeper::~SpendKeeper() {
  save();
}

SpendWriter::Listener SpendKeeper::listener(const std::string& path) {
  return {.kept =
              [this, path](std::vector<KeptSpend> news) {
                post_([this, path, news = std::move(news)] {
                  if (path == path_) {  // Else it is of a file that was in use before.
                    learn(news);
                  }
                });
              },
          .trouble =
              [&log = log_](const std::string& why) {
                std::string line;
                append_state_line(
                    line,
                    LineForm::Logfmt,
                    std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()),
                    why);
                log.write(std::move(line));
              }};
}

std::expected<void, std::string> SpendKeeper::open(const std::string& path) {
  if (path == path_) {
    return {};
  }
  if (path.empty()) {
    writer_.reset();
    kept_.clear();
    path_.clear();
    return {};
  }
  auto file = SpendFile::open(path);
  if (!file) {
    return std::unexpected(file.error());
  }
  auto kept = file->load();
  if (!kept) {
    return std::unexpected(kept.error());
  }
  kept_ = std::move(*kept);
  writer_ = std::make_unique<SpendWriter>(std::move(*file), listener(path));
  path_ = path;
  return {};
}

std::expected<std::shared_ptr<SpendMeter>, std::string> SpendKeeper::meter_for(
    const Settings& settings,
    WallTime now) {
  if (!settings.budget) {
    save();
    meter_.reset();
    ledger_.reset();
    if (const auto closed = open({}); !closed) {
      return std::unexpected(closed.error());
    }
    return nullptr;
  }
  const bool moved = settings.general.state_file != path_;
  if (moved) {
    save();
  }
  if (const auto opened = open(settings.general.state_file); !opened) {
    return std::unexpected(opened.error());
  }
  if (ledger_ && !moved) {
    ledger_->change(*settings.budget, now);
  } else {
    const auto kept = std::ranges::find(kept_, kWholeGateway, &Spend::budget);
    ledger_ = std::make_unique<SpendLedger>(
        kWholeGateway,
        *settings.budget,
        kept == kept_.end() ? std::nullopt : std::optional<Spend>(*kept),
        now);
    meter_ = std::make_shared<SpendMeter>();
    meter_->add(ledger_->opening());
    if (writer_) {
      writer_->add({ledger_->opened()});
    }
  }
  meter_->set_span(ledger_->began(), ledger_->ends());
  return meter_;
}

void SpendKeeper::tick(WallTime now) {
  if (!ledger_) {
    return;
  }
  if (ledger_->turn(now)) {
    meter_->begin_anew();
    meter_->set_span(ledger_->began(), ledger_->ends());
  }
  if (now != saved_) {  // Once a second: WallTime counts whole ones.
    saved_ = now;
    save();
  }
}

void SpendKeeper::save() {
  if (!ledger_ || !writer_) {
    return;
  }
  if (auto spend = ledger_->unsaved(meter_->spent())) {
    writer_->add({std::move(*spend)});
  }
}

void SpendKeeper::learn(const std::vector<KeptSpend>& news) {
  for (const auto& one : news) {
    if (ledger_ && one.kept.budget == kWholeGateway) {
      meter_->add(ledger_->learn(one.kept, one.ours));
    }
  }
}

}  // namespace meridian
