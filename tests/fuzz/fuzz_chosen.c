/* What a server chose, out of its own messages. The first byte says whether the cipher exchanges keys by a prime. */
#include "base/mem.h"
#include "tls/chosen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tls_chosen chosen = {0};
    if (size == 0)
        return 0;
    /* A copy of exactly this size: a sanitizer sees every byte read too many. */
    char *copy = mem_alloc(size - 1);
    memcpy(copy, data + 1, size - 1);
    tls_chosen_note(&chosen, slice_make(copy, size - 1), (data[0] & 1) != 0);
    bool fits = chosen.dh_bits <= 8 * 65535 && chosen.group <= 65535 && chosen.signature <= 65535;
    if (!fits || chosen.dh_bits < 0 || chosen.group < 0 || chosen.signature < 0)
        abort();
    mem_free(copy);
    return 0;
}
