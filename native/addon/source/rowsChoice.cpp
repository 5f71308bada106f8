#include "rows.hpp"
#if defined(_MSC_VER)
#include <intrin.h>
#endif

namespace rowsPlain { RowKernels kernels(const char * name); }
#ifdef ASSAY_X64
namespace rowsAvx2 { RowKernels kernels(const char * name); }
namespace rowsAvx512 { RowKernels kernels(const char * name); }

#if defined(_MSC_VER)
static bool hasBits(int leaf, int reg, unsigned mask, unsigned long long state) {
    int info[4];
    __cpuid(info, 1);
    if (!(info[2] & (1 << 27)) || (_xgetbv(0) & state) != state) return false;
    __cpuidex(info, leaf, 0);
    return ((unsigned) info[reg] & mask) == mask;
}
static bool hasAvx2() { return hasBits(7, 1, 1u << 5, 0x6) && hasBits(1, 2, 1u << 12, 0x6); }
static bool hasAvx512() { return hasAvx2() && hasBits(7, 1, (1u << 16) | (1u << 17) | (1u << 30) | (1u << 31), 0xe6); }
#else
static bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static bool hasAvx512() {
    return hasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
}
#endif
#endif

const RowKernels & rowKernels() {
#ifdef ASSAY_X64
    static const RowKernels chosen = hasAvx512() ? rowsAvx512::kernels("avx512") : hasAvx2() ? rowsAvx2::kernels("avx2") : rowsPlain::kernels("plain");
#else
    static const RowKernels chosen = rowsPlain::kernels("plain");
#endif
    return chosen;
}
