#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <opentelemetry/version.h>

OPENTELEMETRY_BEGIN_NAMESPACE
namespace common {

// "key=value" members between commas, in order; no member without '='.
using MemberList = std::vector<std::pair<std::string, std::string>>;

inline MemberList SplitMembers(std::string_view header) {
  MemberList members;
  while (!header.empty()) {
    const auto comma = header.find(',');
    const auto member = header.substr(0, comma);
    header.remove_prefix(comma == header.npos ? header.size() : comma + 1);
    if (const auto equals = member.find('='); equals != member.npos)
      members.emplace_back(member.substr(0, equals), member.substr(equals + 1));
  }
  return members;
}

}  // namespace common
OPENTELEMETRY_END_NAMESPACE
