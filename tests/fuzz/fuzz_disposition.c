/* Names for files out of a server's words: whatever it says, one component without control bytes, or nothing. */
#include "base/mem.h"
#include "output/filename.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *names[] = {filename_from_disposition(slice_make(data, size)), filename_from_peer(slice_make(data, size))};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *name = names[i];
        if (!name)
            continue;
        if (*name == '\0' || *name == '.' || strpbrk(name, "/\\") || strlen(name) > FILENAME_MOST)
            abort();
        for (const char *at = name; *at; at++)
            if ((unsigned char)*at < 0x20 || *at == 0x7f)
                abort();
        mem_free(names[i]);
    }
    return 0;
}
