#include "pages.hpp"
#ifdef __linux__
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sys/mman.h>
#include <unistd.h>
#endif

std::string wholePath(const std::string & path) {
#ifdef __linux__
    char * real = realpath(path.c_str(), nullptr);
    const std::string whole = real ? real : path;
    std::free(real);
    return whole;
#else
    return path;
#endif
}

#ifdef __linux__
namespace {

const uintptr_t page = (uintptr_t) sysconf(_SC_PAGESIZE);

void discard(uintptr_t from, uintptr_t to) {
    if (from < to) madvise((void *) from, to - from, MADV_DONTNEED);
}

} // namespace
#endif

void releasePages(const std::string & file, uintptr_t from, uintptr_t to) {
#ifdef __linux__
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.size() < file.size() || line.compare(line.size() - file.size(), file.size(), file) != 0) continue;
        unsigned long mapped, end;
        if (std::sscanf(line.c_str(), "%lx-%lx", &mapped, &end) != 2) continue;
        discard(from <= mapped ? mapped : (from + page - 1) / page * page, std::min<uintptr_t>(end, to / page * page));
    }
#else
    (void) file, (void) from, (void) to;
#endif
}

void discardPages(void * memory, size_t bytes) {
#ifdef __linux__
    const auto from = (uintptr_t) memory;
    discard((from + page - 1) / page * page, (from + bytes) / page * page);
#else
    (void) memory, (void) bytes;
#endif
}
