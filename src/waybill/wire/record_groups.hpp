// OTLP nests records in their scope in their resource. This sorts a batch that way, by pointer, first come
// first.
#pragma once

#include <waybill/record/span_batch.hpp>

#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

namespace waybill::inline v0 {

template <class Record>
struct scope_group {
  const instrumentation_scope* scope = nullptr;
  std::vector<const Record*> records;
};

template <class Record>
struct resource_group {
  const waybill::resource* resource = nullptr;
  std::vector<scope_group<Record>> scopes;
};

// Record is span_record or log_record. The groups point into the batch.
template <class Record>
class record_groups {
 public:
  void add(const Record& record) {
    const key where{record.resource, record.scope};
    if (resources_.empty() || where != last_key_) {
      last_key_ = where;
      last_ = find(where);
    }
    resources_[last_.first].scopes[last_.second].records.push_back(&record);
  }

  const std::vector<resource_group<Record>>& resources() const noexcept { return resources_; }

 private:
  using key = std::pair<const waybill::resource*, const instrumentation_scope*>;
  using place = std::pair<std::size_t, std::size_t>;  // in resources_, in its scopes

  struct key_hash {
    std::size_t operator()(const key& k) const noexcept {
      return std::hash<const void*>{}(k.first) * 31 + std::hash<const void*>{}(k.second);
    }
  };

  place find(const key& where) {
    if (const auto known = places_.find(where); known != places_.end()) return known->second;
    const auto [of_resource, is_new] = resource_places_.try_emplace(where.first, resources_.size());
    if (is_new) resources_.push_back({where.first, {}});
    auto& scopes = resources_[of_resource->second].scopes;
    const place made{of_resource->second, scopes.size()};
    scopes.push_back({where.second, {}});
    places_.emplace(where, made);
    return made;
  }

  std::vector<resource_group<Record>> resources_;
  std::unordered_map<const waybill::resource*, std::size_t> resource_places_;
  std::unordered_map<key, place, key_hash> places_;
  key last_key_{};
  place last_{};
};

}  // namespace waybill::inline v0
