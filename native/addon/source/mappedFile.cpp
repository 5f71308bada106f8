#include "mappedFile.hpp"
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

void releasePages(const std::string & file, uintptr_t from, uintptr_t to) {
#ifdef __linux__
    const uintptr_t page = (uintptr_t) sysconf(_SC_PAGESIZE);
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.size() < file.size() || line.compare(line.size() - file.size(), file.size(), file) != 0) continue;
        unsigned long mapped, end;
        if (std::sscanf(line.c_str(), "%lx-%lx", &mapped, &end) != 2) continue;
        const uintptr_t first = from <= mapped ? mapped : (from + page - 1) / page * page, last = std::min<uintptr_t>(end, to / page * page);
        if (first < last) madvise((void *) first, last - first, MADV_DONTNEED);
    }
#else
    (void) file, (void) from, (void) to;
#endif
}
