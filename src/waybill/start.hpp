// Start, flush and configuration: included once, beside main.
#pragma once

#include <waybill/configuration/start.hpp>
