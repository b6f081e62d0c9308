#include <waybill/context/trace_id.hpp>

#include <waybill/base/random.hpp>

namespace waybill::inline v0 {

template <std::size_t Size>
random_id<Size> random_id<Size>::make() noexcept {
  bytes_type bytes;
  for (std::size_t i = 0; i < Size; i += 8) {
    const std::uint64_t bits = random_bits();
    std::memcpy(bytes.data() + i, &bits, 8);
  }
  if (const auto id = from_bytes(bytes)) return *id;
  bytes.back() = 1;  // 2^-64: still not a zero id
  return random_id{bytes};
}

template class random_id<16>;
template class random_id<8>;

}  // namespace waybill::inline v0
