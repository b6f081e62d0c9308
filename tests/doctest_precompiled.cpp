// Compiled so that the precompiled header is made: doctest_main.cpp, which implements doctest, can't use it.
#include <doctest/doctest.h>
