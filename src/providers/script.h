#pragma once

#include <chrono>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/time.h"
#include "providers/credentials.h"

namespace meridian {

// How a credential is obtained reads best as a story: read this file, ask that server, then the
// next. A Script is that story as a coroutine, and still a pure state machine: it does nothing
// itself. It puts an errand on its Desk and stops until somebody lays the outcome there.
//
// One thread at a time; the owner of the script owns the desk and outlives both.

struct Desk {
  WallTime now;                         // As of the last resume.
  std::optional<Errand> wanted;         // What the script waits for, ...
  std::optional<WallTime> paused_till;  // ... or until when it sleeps.
  ErrandResult outcome;
  std::coroutine_handle<> waiting;  // The innermost script.

  void resume() { std::exchange(waiting, nullptr).resume(); }
};

// Awaited by the words in errands.h, which are what stories use.
class AskFor {
 public:
  AskFor(Desk* desk, Errand errand) : desk_(desk), errand_(std::move(errand)) {}

  bool await_ready() const noexcept { return false; }

  void await_suspend(std::coroutine_handle<> script) {
    desk_->waiting = script;
    desk_->wanted = std::move(errand_);
  }

  ErrandResult await_resume() { return std::move(desk_->outcome); }

 private:
  Desk* desk_;
  Errand errand_;
};

class PauseFor {
 public:
  PauseFor(Desk* desk, std::chrono::seconds length) : desk_(desk), length_(length) {}

  bool await_ready() const noexcept { return false; }

  void await_suspend(std::coroutine_handle<> script) {
    desk_->waiting = script;
    desk_->paused_till = desk_->now + length_;
  }

  void await_resume() const noexcept {}

 private:
  Desk* desk_;
  std::chrono::seconds length_;
};

template <class T>
class [[nodiscard]] Script {
 public:
  struct promise_type {  // NOLINT(readability-identifier-naming): the language's name.
    std::optional<T> value;
    std::coroutine_handle<> parent;

    Script get_return_object() {
      return Script(std::coroutine_handle<promise_type>::from_promise(*this));
    }

    std::suspend_always initial_suspend() noexcept { return {}; }

    struct Final {
      bool await_ready() const noexcept { return false; }

      std::coroutine_handle<> await_suspend(
          std::coroutine_handle<promise_type> ended) const noexcept {
        const auto caller = ended.promise().parent;
        return caller ? caller : std::noop_coroutine();
      }

      void await_resume() const noexcept {}
    };

    Final final_suspend() noexcept { return {}; }

    void return_value(T result) { value = std::move(result); }

    // Scripts call nothing that throws but the allocator, and that is the end anyway.
    void unhandled_exception() noexcept { std::terminate(); }
  };

  Script(Script&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}

  Script& operator=(Script&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }

  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;

  ~Script() {
    if (frame_) {
      frame_.destroy();
    }
  }

  // From outside: begin, look whether it is over, take what it came to.
  void start() { frame_.resume(); }

  bool done() const { return frame_.done(); }

  // Only when `done`: a script that has ended has a value.
  T take() {
    auto& value = frame_.promise().value;
    MERIDIAN_CHECK(value.has_value());
    return std::move(*value);
  }

  // From another script: do this one first.
  bool await_ready() const noexcept { return false; }

  std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) noexcept {
    frame_.promise().parent = parent;
    return frame_;
  }

  T await_resume() { return take(); }

 private:
  explicit Script(std::coroutine_handle<promise_type> frame) : frame_(frame) {}

  std::coroutine_handle<promise_type> frame_;
};

}  // namespace meridian
