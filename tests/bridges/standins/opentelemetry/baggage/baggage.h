#pragma once

#include <opentelemetry/common/member_list.h>
#include <opentelemetry/nostd/standard_types.h>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace baggage {

// As theirs does, it reads '+' as a space and writes a space as '+', and drops a member whose value is not ASCII.
class Baggage {
 public:
  static nostd::shared_ptr<Baggage> FromHeader(nostd::string_view header) noexcept {
    nostd::shared_ptr<Baggage> made(new Baggage);
    for (auto& [key, value] : common::SplitMembers(header)) {
      const auto properties = value.find(';');
      std::string decoded;
      if (!Decode(value.substr(0, properties), decoded)) continue;
      if (properties != value.npos) decoded += value.substr(properties);
      made->members_.emplace_back(key, decoded);
    }
    return made;
  }
  std::string ToHeader() const noexcept {
    std::string header;
    for (const auto& [key, value] : members_) {
      if (!header.empty()) header += ',';
      const auto properties = value.find(';');
      header += key + '=' + Encode(value.substr(0, properties));
      if (properties != value.npos) header += value.substr(properties);
    }
    return header;
  }
  nostd::shared_ptr<Baggage> Set(const nostd::string_view& key, const nostd::string_view& value) noexcept {
    nostd::shared_ptr<Baggage> made(new Baggage);
    made->members_.emplace_back(key, value);
    for (const auto& member : members_) {
      if (member.first != key) made->members_.push_back(member);
    }
    return made;
  }
  bool GetValue(nostd::string_view key, std::string& value) const noexcept {
    for (const auto& member : members_) {
      if (member.first == key) return value = member.second, true;
    }
    return false;
  }

 private:
  static bool Decode(std::string_view text, std::string& decoded) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      char c = text[i] == '+' ? ' ' : text[i];
      if (c == '%') {
        if (i + 2 >= text.size()) return false;
        c = static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
        i += 2;
      }
      if (c < ' ' || c > '~') return false;
      decoded += c;
    }
    return true;
  }
  static std::string Encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
      const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                         std::string_view{"-_.~"}.find(c) != std::string_view::npos;
      if (c == ' ') {
        encoded += '+';
      } else if (plain) {
        encoded += c;
      } else {
        encoded += {'%', digits[static_cast<unsigned>(c) >> 4 & 15], digits[static_cast<unsigned>(c) & 15]};
      }
    }
    return encoded;
  }

  common::MemberList members_;
};

}  // namespace baggage
OPENTELEMETRY_END_NAMESPACE
