/* A netrc file of any bytes: found or not, and no byte before or behind the text is read. */
#include "base/mem.h"
#include "http/netrc.h"

#include <assert.h>
#include <stdint.h>

static void look_up(struct slice text, const char *user)
{
    struct netrc_login found = {0};
    struct error err = {0};
    bool is_ok = netrc_find(&found, text, "host.example", user, &err);
    assert(is_ok == (err.code == PEEL_OK));
    assert(is_ok || (!found.user && !found.password));
    assert(!user || !found.user || strcmp(found.user, user) == 0);
    netrc_login_done(&found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* In memory of just that size, so that a byte too far is seen. */
    char *copy = size > 0 ? mem_alloc(size) : NULL;
    if (copy)
        memcpy(copy, data, size);
    struct slice text = copy ? slice_make(copy, size) : SLICE("");
    look_up(text, NULL);
    look_up(text, "ada");
    mem_free(copy);
    return 0;
}
