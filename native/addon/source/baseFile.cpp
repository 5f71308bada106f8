#include "baseFile.hpp"
#include "llamaApi.hpp"
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>

namespace {
FILE * openNamed(const std::string & path, const char * mode) {
#ifdef _WIN32
    const std::wstring wideMode(mode, mode + std::strlen(mode));
    return _wfopen(std::filesystem::u8path(path).c_str(), wideMode.c_str());
#else
    return std::fopen(path.c_str(), mode);
#endif
}
bool seek(FILE * file, int64_t offset) {
#ifdef _WIN32
    return _fseeki64(file, offset, SEEK_SET) == 0;
#else
    return fseeko(file, (off_t) offset, SEEK_SET) == 0;
#endif
}
/** By errno. */
[[noreturn]] void notWritten(const std::string & path) {
    if (errno == ENOSPC) throw Problem("DISK_FULL", "The base file " + path + " could not be written: the disk is full. Free some space, choose another place, or measure fewer chunks.");
    throw Problem("DISK_FAILED", "The base file " + path + " could not be written: " + std::strerror(errno) + ".");
}
} // namespace

BaseReader::BaseReader(const std::string & path) : path(path), file(openNamed(path, "rb")), begin(0) {
    if (!file) throw Problem("BAD_INPUT", "The base file " + path + " cannot be opened: " + std::strerror(errno) + ".");
    try {
        const int64_t size = (int64_t) std::filesystem::file_size(std::filesystem::u8path(path));
        char magic[8];
        if (std::fread(magic, 1, 8, file) != 8 || std::memcmp(magic, "_logits_", 8) != 0)
            throw Problem("BAD_INPUT", path + " is no base file of llama-perplexity: it does not begin with _logits_.");
        if (std::fread(&header.context, 4, 1, file) != 1 || std::fread(&header.vocabulary, 4, 1, file) != 1 || std::fread(&header.chunks, 4, 1, file) != 1)
            throw Problem("BAD_INPUT", "The base file " + path + " ends in its header. Make it again.");
        if (header.context < 4 || header.context > (1 << 24) || header.vocabulary < 1 || header.vocabulary > (1 << 24) || header.chunks < 1)
            throw Problem("BAD_INPUT", "The header of the base file " + path + " says what cannot be (context " + std::to_string(header.context) + ", vocabulary "
                + std::to_string(header.vocabulary) + ", chunks " + std::to_string(header.chunks) + "). Make it again.");
        // Keeps the products below within 64 bits.
        if (header.chunks > size / 4 / header.context)
            throw Problem("BAD_INPUT", "The base file " + path + " is not whole: its " + std::to_string(size) + " bytes cannot hold the tokens of " + std::to_string(header.chunks) + " chunks. Make it again.");
        const int64_t tokens = (int64_t) header.context * header.chunks;
        begin = 20 + tokens * 4;
        const int64_t rowBytes = (int64_t) baseRowWords(header.vocabulary) * 2;
        const int64_t wanted = begin + rowBytes * header.rowsPerChunk() * header.chunks;
        if (size < wanted)
            throw Problem("BAD_INPUT", "The base file " + path + " is not whole: it has " + std::to_string(size) + " bytes of " + std::to_string(wanted)
                + ". llama-perplexity was ended before its last chunk, perhaps; make it again.");
        header.tokens.resize(tokens);
        if (std::fread(header.tokens.data(), 4, tokens, file) != (size_t) tokens) throw Problem("DISK_FAILED", "The base file " + path + " could not be read.");
        for (const int32_t token : header.tokens)
            if (token < 0 || token >= header.vocabulary) throw Problem("BAD_INPUT", "The base file " + path + " names a token beyond its vocabulary. Make it again.");
    } catch (...) {
        std::fclose(file);
        throw;
    }
}
BaseReader::~BaseReader() { std::fclose(file); }

void BaseReader::read(int32_t chunk, int32_t row, uint16_t * into) {
    const size_t words = baseRowWords(header.vocabulary);
    {
        std::lock_guard<std::mutex> hold(lock);
        const bool there = seek(file, begin + ((int64_t) chunk * header.rowsPerChunk() + row) * (int64_t) words * 2);
        if (!there || std::fread(into, 2, words, file) != words) throw Problem("DISK_FAILED", "The base file " + path + " could not be read: it was cut while in use.");
    }
    float scale, minimum;
    std::memcpy(&scale, into, 4);
    std::memcpy(&minimum, into + 2, 4);
    // The likeliest token has at most p = 1; what rounding adds is far less.
    if (!std::isfinite(scale) || !std::isfinite(minimum) || scale < 0 || !(scale * 65535.0 + minimum < 1e-3)) noDistribution(chunk, row);
}
void BaseReader::noDistribution(int32_t chunk, int32_t row) const {
    throw Problem("BAD_INPUT", "The base file " + path + " holds no probabilities at chunk " + std::to_string(chunk + 1) + ", row " + std::to_string(row + 1)
        + ": its model gave NaN there, or the file is damaged. Make it again of a model that is sound.");
}

BaseWriter::BaseWriter(const std::string & path, const std::string & shownAs, const BaseHeader & header) 
    : shown(shownAs), begin(20 + (int64_t) header.tokens.size() * 4), rowBytes((int64_t) baseRowWords(header.vocabulary) * 2), rowsPerChunk(header.rowsPerChunk()), file(openNamed(path, "wb")) {
    if (!file) throw Problem("DISK_FAILED", "The base file " + shown + " cannot be written: " + std::strerror(errno) + ". Choose a folder that is there and that you may write to.");
    std::fwrite("_logits_", 1, 8, file);
    std::fwrite(&header.context, 4, 1, file);
    std::fwrite(&header.vocabulary, 4, 1, file);
    std::fwrite(&header.chunks, 4, 1, file);
    if (std::fwrite(header.tokens.data(), 4, header.tokens.size(), file) != header.tokens.size()) {
        std::fclose(file);
        notWritten(shown);
    }
}
BaseWriter::~BaseWriter() {
    if (file) std::fclose(file);
}
void BaseWriter::write(int32_t chunk, int32_t row, const uint16_t * words, size_t count) {
    std::lock_guard<std::mutex> hold(lock);
    if (!seek(file, begin + (chunk * rowsPerChunk + row) * rowBytes) || std::fwrite(words, 2, count, file) != count) notWritten(shown);
}
void BaseWriter::close() {
    FILE * closing = file;
    file = nullptr;
    if (closing && std::fclose(closing) != 0) notWritten(shown);
}
