#include <waybill/wire/otlp_protobuf.hpp>

#include <waybill/base/utf8.hpp>
#include <waybill/wire/otlp_fields.hpp>
#include <waybill/wire/protobuf_writer.hpp>

#include <protozero/exception.hpp>
#include <protozero/pbf_reader.hpp>

namespace waybill::inline v0::otlp_protobuf {

std::string encode_export_answer(const export_answer& answer) {
  namespace field = otlp_fields::response;
  const std::size_t size = protobuf_size::number(field::rejected, answer.rejected) +
                           protobuf_size::text(field::error_message, answer.message);
  if (size == 0) return {};  // all is well: the empty message
  std::string body(protobuf_size::sized(field::partial_success, size), '\0');
  protobuf_writer to{body.data()};
  to.begin(field::partial_success, size);
  to.number(field::rejected, answer.rejected);
  to.text(field::error_message, answer.message);
  return body;
}

result<export_answer> decode_export_answer(std::string_view body) {
  using protozero::pbf_wire_type;
  using protozero::tag_and_type;
  namespace field = otlp_fields::response;
  export_answer answer;
  try {
    for (protozero::pbf_reader response{body.data(), body.size()}; response.next();) {
      if (response.tag_and_type() != tag_and_type(field::partial_success, pbf_wire_type::length_delimited)) {
        response.skip();
        continue;
      }
      for (protozero::pbf_reader partial = response.get_message(); partial.next();) {
        switch (partial.tag_and_type()) {
          case tag_and_type(field::rejected, pbf_wire_type::varint):
            if (const auto rejected = partial.get_int64(); rejected > 0) {
              answer.rejected = static_cast<std::uint64_t>(rejected);
            }
            break;
          case tag_and_type(field::error_message, pbf_wire_type::length_delimited):
            answer.message = to_valid_utf8(partial.get_string());
            break;
          default:
            partial.skip();
        }
      }
    }
  } catch (const protozero::exception&) {
    return failure{failure_code::malformed,
                   "The collector's answer of " + std::to_string(body.size()) +
                       " bytes is not an OTLP response. Check that the address is that of an OTLP receiver."};
  }
  return answer;
}

std::string encode_error(rpc_code code, std::string_view message, unsigned retry_after_seconds) {
  namespace field = otlp_fields::rpc_status;
  const auto number = static_cast<std::uint64_t>(code);
  constexpr std::string_view retry_info{"type.googleapis.com/google.rpc.RetryInfo"};
  const std::size_t duration = protobuf_size::number(field::seconds, retry_after_seconds);
  const std::size_t retry = protobuf_size::sized(field::retry_delay, duration);
  const std::size_t any =
      protobuf_size::text(field::type_url, retry_info) + protobuf_size::sized(field::value, retry);
  std::size_t size =
      protobuf_size::number(field::code, number) + protobuf_size::text(field::message, message);
  if (retry_after_seconds != 0) size += protobuf_size::sized(field::details, any);
  std::string body(size, '\0');
  protobuf_writer to{body.data()};
  to.number(field::code, number);
  to.text(field::message, message);
  if (retry_after_seconds == 0) return body;
  to.begin(field::details, any);
  to.text(field::type_url, retry_info);
  to.begin(field::value, retry);
  to.begin(field::retry_delay, duration);
  to.number(field::seconds, retry_after_seconds);
  return body;
}

}  // namespace waybill::inline v0::otlp_protobuf
