// What has been found in a text so far: headers, what the messages around them are, what else they tell.
#pragma once

#include <waybill/decode/message_text.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0::decode {

inline constexpr std::size_t max_headers = 64;
inline constexpr std::size_t max_facts = 16;

bool is_known_header(std::string_view name) noexcept;

// All of it is bounded: what is too much is left out.
class findings {
 public:
  // A header, when key is the name of one. Whether it was.
  bool add(std::string_view place, std::string_view key, std::string_view value);
  void call_it(std::string_view kind);  // when it has no name yet
  // That a system's message lies there.
  void recognise(std::string_view system, const std::string& place);
  void fact(std::string key, std::string value);
  void note(std::string sentence);

  // What a message said that turned out to have no headers is forgotten.
  struct mark {
    std::string kind;
    std::size_t facts = 0;
    std::size_t messages = 0;
  };
  mark here() const { return {found_.kind, found_.facts.size(), messages_.size()}; }
  void back_to(const mark& before);

  const message_text& found() const noexcept { return found_; }
  // What was found, what counts first in front, and who writes there.
  message_text take();

 private:
  struct message {
    std::string place;
    std::string_view system;
  };
  message_text found_;
  std::vector<message> messages_;
};

}  // namespace waybill::inline v0::decode
