// Takes over what older versions wrote.
#pragma once

#include <waybill/base/result.hpp>
#include <waybill/store/sqlite/slice_writer.hpp>

#include <string>

namespace waybill::inline v0 {

// Format 1 was one file, waybill.db, in the store's folder. Its records are written into this slice, each with the
// time at which it was stored, then the file is removed: all of it or nothing. Does nothing where there is none.
// May take a second for a million records.
result<void> take_over_old_store(const std::string& folder, slice_writer& into);

}  // namespace waybill::inline v0
