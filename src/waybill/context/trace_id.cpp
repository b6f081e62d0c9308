#include <waybill/context/trace_id.hpp>

#include <waybill/base/random.hpp>

namespace waybill::inline v0 {

template <std::size_t Size>
random_id<Size> random_id<Size>::make() noexcept {
  return from_random(random_words<Size / 8>());
}

template class random_id<16>;
template class random_id<8>;

}  // namespace waybill::inline v0
