/* -w templates. The first byte picks what the fetch came to, the rest is the template. Text of the template that is
 * no variable comes out in the order in which it went in, so what comes out is bounded by what went in. */
#include "base/mem.h"
#include "output/writeout.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    JSON_MOST = 2000
}; /* the longest that one variable can become */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct fetch_result result = {
        .url = "example.com/\x1b\"\\",
        .url_effective = "https://example.com/",
        .exit_code = data[0] & 1,
        .status = (data[0] & 2) != 0 ? 200 : 0,
        .http_version = (data[0] & 4) != 0 ? 11 : 0,
        .size_download = (data[0] & 8) != 0 ? UINT64_MAX : 1,
        .time_total_us = (data[0] & 16) != 0 ? UINT64_MAX : 0,
        .for_terminal = (data[0] & 32) != 0,
    };
    char *format = mem_dup_slice(slice_make(data + 1, size - 1));
    size_t len = strlen(format);
    struct writeout_texts texts = {0};
    writeout_render(&texts, format, &result);
    if (texts.out.len + texts.err.len > len + len / strlen("%{url}") * JSON_MOST)
        abort();
    if (texts.unknown && strlen(texts.unknown) >= len)
        abort();
    if (!strpbrk(format, "%\\") && (texts.out.len != len || texts.err.len != 0))
        abort();
    mem_free(format);
    writeout_done(&texts);
    return 0;
}
