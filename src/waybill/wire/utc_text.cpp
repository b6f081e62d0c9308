#include <waybill/wire/utc_text.hpp>

#include <chrono>
#include <cstdio>

namespace waybill::inline v0 {

std::string_view write_utc(unix_nanos time, utc_text& out) noexcept {
  using namespace std::chrono;
  const sys_time<nanoseconds> point{nanoseconds{time}};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss of_day{floor<microseconds>(point - day)};
  const int size =
      std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%06dZ", int{date.year()},
                    unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(of_day.hours().count()),
                    static_cast<int>(of_day.minutes().count()), static_cast<int>(of_day.seconds().count()),
                    static_cast<int>(of_day.subseconds().count()));
  return {out.data(), static_cast<std::size_t>(size)};
}

}  // namespace waybill::inline v0
