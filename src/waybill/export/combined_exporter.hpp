// Several exporters as one: a collector and a file, say.
#pragma once

#include <waybill/export/batch_exporter.hpp>

#include <memory>
#include <vector>

namespace waybill::inline v0 {

// A batch counts as sent when all have it or refuse it; one that asks for another try gets it alone.
std::unique_ptr<batch_exporter> combine(std::vector<std::unique_ptr<batch_exporter>> exporters);

}  // namespace waybill::inline v0
