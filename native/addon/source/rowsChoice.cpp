#include "rows.hpp"
#if defined(_MSC_VER)
#include <intrin.h>
#endif

namespace plain { RowKernels rowKernels(); }
#ifdef ASSAY_X64
namespace avx2 { RowKernels rowKernels(); }
namespace avx512 { RowKernels rowKernels(); }

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
    static const RowKernels chosen = hasAvx512() ? avx512::rowKernels() : hasAvx2() ? avx2::rowKernels() : plain::rowKernels();
#else
    static const RowKernels chosen = plain::rowKernels();
#endif
    return chosen;
}
