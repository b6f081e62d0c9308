// What lies in a store's slice beside its chunks, which may have come by mail. The first byte chooses what the rest is:
// task rows as they lie on disk; numbers that rows are made of, packed and then spoilt; keys and places; a dictionary.
#include <waybill/store/byte_column.hpp>
#include <waybill/store/chunk_dictionary.hpp>
#include <waybill/store/key_run.hpp>
#include <waybill/store/task_row.hpp>
#include <waybill/store/wait_statistics.hpp>

#include "claim.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

using namespace waybill;
using namespace waybill_fuzz;

namespace {

bool are_same(const task_row& a, const task_row& b) {
  return a.chunk == b.chunk && a.trace == b.trace && a.counts == b.counts && a.works == b.works &&
         a.started == b.started && a.work == b.work && a.wait == b.wait && a.queue == b.queue;
}

// Nothing: the bytes are damaged.
std::optional<std::vector<task_row>> walked(std::string_view packed) {
  std::vector<task_row> rows;
  try {
    task_walk walk{packed};
    must(walk.queues().capacity() * sizeof(std::string_view) <= 3 * packed.size(),
         "rows take no more memory than they have bytes for");
    task_row row;
    std::uint32_t queue = 0;
    while (walk.next(row, queue)) {
      must(queue < walk.queues().size() && walk.queues()[queue] == row.queue, "a row's queue is in the list");
      must(lies_in(row.queue, packed), "a name lies in the packed bytes");
      must(rows.size() < packed.size() / 7, "every row has its bytes");
      rows.push_back(row);
    }
  } catch (const damaged_chunk&) {
    return std::nullopt;
  }
  return rows;
}

// The same in the plainest way.
std::vector<queue_waits> counted(const std::vector<task_row>& rows, const wait_query& query) {
  std::map<std::string, std::pair<queue_waits, std::vector<std::int64_t>>, std::less<>> queues;
  for (const auto& row : rows) {
    if (!row.counts || row.started < query.from || row.started > query.to) continue;
    auto& [told, waits] = queues[std::string{row.queue}];
    ++told.tasks;
    told.unknown += !row.wait;
    told.negative += row.wait && *row.wait < 0;
    if (row.wait && *row.wait >= 0) waits.push_back(*row.wait);
  }
  std::vector<queue_waits> all;
  for (auto& [name, gathered] : queues) {
    auto& [told, waits] = gathered;
    told.queue = name;
    std::sort(waits.begin(), waits.end());
    const auto at = [&sorted = waits](std::size_t percent) {
      return sorted[(sorted.size() * percent + 99) / 100 - 1];
    };
    if (!waits.empty()) {
      told.p50 = at(50);
      told.p90 = at(90);
      told.p99 = at(99);
      told.longest = waits.back();
    }
    all.push_back(told);
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.tasks > b.tasks; });
  return all;
}

void check_waits(std::string_view packed, const std::optional<std::vector<task_row>>& rows,
                 const wait_query& query) {
  wait_statistics statistics{query};
  try {
    statistics.add(packed);
    must(rows.has_value(), "statistics take no rows that are damaged");
  } catch (const damaged_chunk&) {
    must(!rows.has_value(), "statistics take all rows that can be read");
  }
  const auto told = statistics.finish();
  if (!rows) return;
  const auto expected = counted(*rows, query);
  must(std::equal(told.begin(), told.end(), expected.begin(), expected.end(),
                  [](const queue_waits& a, const queue_waits& b) {
                    return a.queue == b.queue && a.tasks == b.tasks && a.unknown == b.unknown &&
                           a.negative == b.negative && a.p50 == b.p50 && a.p90 == b.p90 && a.p99 == b.p99 &&
                           a.longest == b.longest;
                  }),
       "statistics are those of the rows, counted one by one");
}

void check_arrived_rows(std::string_view packed) {
  const auto rows = walked(packed);
  check_waits(packed, rows, {});
  check_waits(packed, rows, {.from = -1000, .to = 1'000'000'000});
  if (!rows) return;
  const std::string again = pack_tasks(*rows);
  const auto back = walked(again);
  must(back && std::equal(rows->begin(), rows->end(), back->begin(), back->end(), are_same),
       "rows that were read are packed and read the same");
}

// Eight bytes a number at most: the first of them says how many.
std::int64_t take_number(std::string_view& input) {
  std::uint64_t number = 0;
  for (unsigned size = take_byte(input) % 9; size > 0; --size) number = number << 8 | take_byte(input);
  return chunk_format::unzigzag(number);
}

void check_packed_rows(std::string_view input) {
  const auto names = split(input, '/', 4);
  const unsigned spoilt_at = take_byte(input);
  std::vector<task_row> rows;
  while (!input.empty() && rows.size() < 200) {
    const unsigned choice = take_byte(input);
    task_row row{.chunk = static_cast<std::uint32_t>(take_number(input)),
                 .trace = static_cast<std::uint32_t>(take_number(input)),
                 .counts = (choice & 1) != 0,
                 .works = (choice & 2) != 0,
                 .started = take_number(input),
                 .work = take_number(input),
                 .wait = std::nullopt,
                 .queue = names[choice / 16 % names.size()]};
    if ((choice & 4) != 0) row.wait = take_number(input);
    rows.push_back(row);
  }
  std::string packed = pack_tasks(rows);
  const auto back = walked(packed);
  must(back && std::equal(rows.begin(), rows.end(), back->begin(), back->end(), are_same),
       "rows that were packed come out the same");
  check_arrived_rows(packed);
  must(!walked(std::string_view{packed}.substr(0, packed.size() - 1)), "what is cut off is damaged");
  packed[spoilt_at % packed.size()] ^= static_cast<char>(1U << spoilt_at % 8);
  check_arrived_rows(packed);
}

void check_places(std::string_view bytes) {
  std::vector<key_place> places;
  for_each_place(bytes, [&](const key_place& one) { places.push_back(one); });
  must(pack_places(places) == bytes.substr(0, bytes.size() - bytes.size() % 12),
       "places are read as they were packed");
  std::sort(places.begin(), places.end());
  must(std::is_sorted(places.begin(), places.end(),
                      [](const key_place& a, const key_place& b) {
                        const auto one = as_signed(a.key);
                        const auto other = as_signed(b.key);
                        return one < other || (one == other && a.chunk < b.chunk);
                      }),
       "places are sorted by their keys as SQLite sorts them, then by their chunks");
  std::vector<std::uint64_t> keys;
  for_each_key_in(bytes, [&](std::uint64_t key) { keys.push_back(key); });
  must(pack_keys(keys) == bytes.substr(0, bytes.size() - bytes.size() % 8),
       "keys are read as they were packed");

  std::vector<trace_id> traces;
  for (; bytes.size() >= trace_id::size; bytes.remove_prefix(trace_id::size)) {
    if (const auto trace = trace_id::from_bytes(bytes.substr(0, trace_id::size))) traces.push_back(*trace);
  }
  std::sort(traces.begin(), traces.end(), [](const auto& a, const auto& b) { return a.bytes() < b.bytes(); });
  for (std::size_t i = 2; i < traces.size(); ++i) {
    const key_range between = keys_between(traces[i - 2].bytes(), traces[i].bytes());
    for (std::size_t one = i - 2; one <= i; ++one) {
      const std::uint64_t key = key_of(traces[one]);
      must(between.first <= key && key <= between.last,
           "a trace between two others has its key between theirs");
    }
  }
}

void check_dictionary(std::string_view packed) {
  if (const auto bytes = unpack_dictionary(packed)) {
    must(!bytes->empty() && bytes->size() <= chunk_dictionary::largest,
         "a dictionary is as large as one may be");
    const chunk_dictionary dictionary{*bytes};
    must(dictionary.bytes() == *bytes && dictionary.prepared() != nullptr,
         "a dictionary that was read can be used");
    must(*unpack_dictionary(pack_dictionary(*bytes)) == *bytes, "a dictionary is kept and read the same");
  }
  const auto made = chunk_dictionary::from_plain(packed);
  must(made->bytes().substr(1) == packed, "a dictionary is made of what was packed");
  const auto kept = unpack_dictionary(pack_dictionary(made->bytes()));
  must(kept && *kept == made->bytes(), "a dictionary that was kept comes out the same");
  const auto plain = unpack_dictionary(pack_dictionary(packed));
  must(!plain || (*plain == packed && packed.front() == 'w'), "a dictionary of another format is none");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input = text_of(data, size);
  switch (take_byte(input) & 3) {
    case 0:
      check_arrived_rows(input);
      break;
    case 1:
      check_packed_rows(input);
      break;
    case 2:
      check_places(input);
      break;
    default:
      check_dictionary(input);
  }
  return 0;
}
