#include "store/spend_writer.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace meridian {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kRetryAfter = 1s;
constexpr auto kTellAgainAfter = 1min;
constexpr auto kLastWordsMax = 2s;

// One entry for each budget. Of a period that has ended nothing has to be written any more.
void merge(std::vector<Spend>& into, std::vector<Spend> amounts) {
  for (auto& spend : amounts) {
    const auto same = std::ranges::find(into, spend.budget, &Spend::budget);
    if (same == into.end()) {
      into.push_back(std::move(spend));
    } else if (spend.began > same->began) {
      *same = std::move(spend);
    } else {
      same->amount = same->amount + spend.amount;
    }
  }
}

}  // namespace

struct SpendWriter::State {
  State(SpendFile where, Listener who) : file(std::move(where)), listener(std::move(who)) {}

  void run();
  bool take(std::vector<Spend>& amounts);
  void write(std::vector<Spend> amounts);
  void put_back(std::vector<Spend> amounts);
  void told(const std::string& why);

  SpendFile file;  // The thread's.
  Listener listener;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Spend> waiting;
  bool failing = false;  // Of the last write: the next one has to wait.
  bool ending = false;
  bool ended = false;
  std::mutex listening;       // Held while the listener is called.
  bool abandoned = false;     // Nobody listens any more.
  Clock::time_point told_at;  // The thread's.
};

// Waits for amounts. False: there are none to come.
bool SpendWriter::State::take(std::vector<Spend>& amounts) {
  std::unique_lock lock(mutex);
  if (failing) {
    changed.wait_for(lock, kRetryAfter, [this] { return ending; });
  }
  changed.wait(lock, [this] { return ending || !waiting.empty(); });
  amounts = std::exchange(waiting, {});
  return !amounts.empty();
}

void SpendWriter::State::put_back(std::vector<Spend> amounts) {
  const std::scoped_lock lock(mutex);
  // What was taken is the older.
  merge(amounts, std::move(waiting));
  waiting = std::move(amounts);
}

void SpendWriter::State::told(const std::string& why) {
  const bool was = std::exchange(failing, !why.empty());
  if (was != failing || (failing && Clock::now() - told_at >= kTellAgainAfter)) {
    told_at = Clock::now();
    const std::scoped_lock lock(listening);
    if (!abandoned) {
      listener.trouble(why);
    }
  }
}

void SpendWriter::State::write(std::vector<Spend> amounts) {
  auto kept = file.add(amounts);
  if (!kept) {
    put_back(std::move(amounts));
    told(kept.error());
    return;
  }
  told("");
  std::vector<KeptSpend> news;
  news.reserve(kept->size());
  for (std::size_t i = 0; i < kept->size(); ++i) {
    news.push_back({std::move((*kept)[i]), amounts[i].amount});
  }
  const std::scoped_lock lock(listening);
  if (!abandoned) {
    listener.kept(std::move(news));
  }
}

void SpendWriter::State::run() {
  std::vector<Spend> amounts;
  while (take(amounts)) {
    write(std::move(amounts));
    const std::scoped_lock lock(mutex);
    if (ending && failing) {
      break;
    }
  }
  const std::scoped_lock lock(mutex);
  ended = true;
  changed.notify_all();
}

SpendWriter::SpendWriter(SpendFile file, Listener listener)
    : state_(std::make_shared<State>(std::move(file), std::move(listener))),
      thread_([state = state_] { state->run(); }) {}

SpendWriter::~SpendWriter() {
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  state_->changed.notify_all();
  const bool ended =
      state_->changed.wait_for(lock, kLastWordsMax, [this] { return state_->ended; });
  lock.unlock();
  if (ended) {
    thread_.join();
  } else {
    const std::scoped_lock listening(state_->listening);
    state_->abandoned = true;
    thread_.detach();
  }
}

void SpendWriter::add(std::vector<Spend> amounts) {
  if (amounts.empty()) {
    return;
  }
  {
    const std::scoped_lock lock(state_->mutex);
    merge(state_->waiting, std::move(amounts));
  }
  state_->changed.notify_one();
}

}  // namespace meridian
