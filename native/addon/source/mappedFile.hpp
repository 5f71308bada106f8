// Memory of a mapped file that is not needed now. What is read again comes from the system's cache. Linux only; elsewhere nothing happens.
#pragma once
#include <cstdint>
#include <string>

/** As the system names it. */
std::string wholePath(const std::string & path);

/**
 * Gives back the whole pages of a mapped file between two addresses, wherever it is mapped there. Asked anew each time: llama.cpp lets go
 * of parts, and others may stand there.
 */
void releasePages(const std::string & file, uintptr_t from = 0, uintptr_t to = UINTPTR_MAX);
