// Memory whose contents are not needed now goes back to the system. Linux only; elsewhere nothing happens.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

/** As the system names it. */
std::string wholePath(const std::string & path);

/**
 * Gives back the whole pages of a mapped file between two addresses, wherever it is mapped there; what is read again comes from the
 * system's cache. Asked anew each time: llama.cpp lets go of parts, and others may stand there.
 */
void releasePages(const std::string & file, uintptr_t from = 0, uintptr_t to = UINTPTR_MAX);

/** Gives back the whole pages of memory of this process, which then reads as zeros. */
void discardPages(void * memory, size_t bytes);
