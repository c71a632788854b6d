/* URL patterns. The count is what comes out; what comes out has no pattern's text that did not go in. */
#include "base/mem.h"
#include "cli/glob.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    FEW = 300 /* as many URLs as are spelled out */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_dup_slice(slice_make(data, size));
    struct error err = {0};
    struct glob *glob = glob_new(text, &err);
    if ((glob == NULL) != (err.code == PEEL_URL_MALFORMED))
        abort();
    struct buf url = {0}, name = {0};
    uint64_t n = 0;
    while (glob && n < FEW && glob_next(glob, &url)) {
        struct error refused = {0};
        n++;
        if (url.len > strlen(text) + 100 * (size_t)20)
            abort();
        if (!glob_fill_name(glob, NULL, text, &name, &refused) && refused.code == PEEL_OK)
            abort();
    }
    if (glob && n != glob_count(glob) && n != FEW)
        abort();
    glob_free(glob);
    buf_done(&url);
    buf_done(&name);
    mem_free(text);
    return 0;
}
