#pragma once

#include <opentelemetry/context/context.h>

#include <algorithm>
#include <vector>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace context {

// Detaches when it is destroyed.
class Token {
 public:
  explicit Token(Context attached) noexcept : attached_(std::move(attached)) {}
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  inline ~Token() noexcept;
  bool operator==(const Context& other) const noexcept { return attached_ == other; }

 private:
  const Context attached_;
};

// One stack a thread. What is detached takes with it all that was attached after it; on another thread it is not found.
class RuntimeContext {
 public:
  static Context GetCurrent() noexcept { return Stack().empty() ? Context{} : Stack().back(); }
  static nostd::unique_ptr<Token> Attach(const Context& context) noexcept {
    Stack().push_back(context);
    return nostd::unique_ptr<Token>(new Token(context));
  }
  static bool Detach(Token& token) noexcept {
    auto& stack = Stack();
    const auto found =
        std::find_if(stack.rbegin(), stack.rend(), [&](const Context& one) { return token == one; });
    if (found == stack.rend()) return false;
    stack.erase(found.base() - 1, stack.end());
    return true;
  }

 private:
  static std::vector<Context>& Stack() {
    static thread_local std::vector<Context> stack;
    return stack;
  }
};

inline Token::~Token() noexcept {
  RuntimeContext::Detach(*this);
}

}  // namespace context
OPENTELEMETRY_END_NAMESPACE
