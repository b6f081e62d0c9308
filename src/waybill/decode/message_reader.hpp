// Goes through a message, given as JSON, and collects the headers in it, wherever they lie.
#pragma once

#include <waybill/decode/message_text.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace waybill::inline v0::decode {

inline constexpr std::size_t max_headers = 64;
inline constexpr std::size_t max_facts = 16;

bool is_known_header(std::string_view name) noexcept;

class message_reader {
 public:
  message_reader();
  ~message_reader();
  message_reader(const message_reader&) = delete;
  message_reader& operator=(const message_reader&) = delete;

  // Whether text was JSON. Of several messages in a list, the first that has headers is taken.
  bool read_json(std::string_view text);
  // The texts of a pickle.
  void read_pickle(std::string_view bytes);
  // A header, when key is the name of one.
  void add(std::string_view place, std::string_view key, std::string_view value);
  void call_it(std::string_view kind);  // when it has no name yet
  void note(std::string sentence);

  const message_text& found() const noexcept { return found_; }
  // What was found, what counts first in front, and who writes there.
  message_text take();

 private:
  class walk;

  struct root {  // a message that was recognised
    std::string place;
    std::string_view system;
  };
  message_text found_;
  std::vector<root> roots_;
};

}  // namespace waybill::inline v0::decode
