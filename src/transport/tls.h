#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sys/uio.h>

#include "base/tls_rules.h"

struct ssl_st;
struct ssl_ctx_st;

namespace meridian {

// One connection's TLS state, on a non-blocking descriptor that somebody else owns. Every call does
// what can be done now and never waits. One thread.
class TlsSession {
 public:
  enum class Step : std::uint8_t { Done, WantRead, WantWrite, Failed };

  explicit TlsSession(ssl_st* ssl);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  void attach(int descriptor);
  Step handshake();

  // As Peer::read: bytes; 0 = ended or broken; nothing = not yet.
  std::optional<std::size_t> read(std::span<char> into);

  // Bytes taken, possibly 0 when the socket is full; nothing = broken.
  std::optional<std::size_t> write(std::span<const iovec> pieces);

  // As `read`, but the bytes stay.
  std::optional<std::size_t> peek(std::span<char> into);

  // Decrypted bytes that no event of the socket will announce.
  bool has_decrypted() const;

  // Why the handshake failed, in a sentence without secrets.
  std::string trouble() const;

 private:
  ssl_st* ssl_;
};

// What all TLS connections of one direction share: certificates, rules, sessions to resume. Made
// once, used by every worker (OpenSSL locks what it must, at handshakes only).
class TlsContext {
 public:
  struct ServerFiles {
    std::string certificate_chain;  // PEM paths.
    std::string private_key;
  };

  // A sentence says what is wrong with the files.
  static std::expected<std::unique_ptr<TlsContext>, std::string> server(const ServerFiles& files);
  static std::expected<std::unique_ptr<TlsContext>, std::string> client(const TlsRules& rules);

  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  std::unique_ptr<TlsSession> accept();

  // `name` is sent (SNI) and must be in the certificate; an earlier session with it is resumed.
  std::unique_ptr<TlsSession> connect(const std::string& name, std::uint16_t port);

 private:
  struct Sessions;

  explicit TlsContext(ssl_ctx_st* context);

  ssl_ctx_st* context_;
  std::shared_ptr<Sessions> sessions_;
  bool trusts_system_ = false;
  std::once_flag system_read_;
};

}  // namespace meridian
