/* libev's version. */
#include "transfer/version.h"

#include <ev.h>
#include <stdio.h>

const char *transfer_library_versions(void)
{
    static char text[32];
    snprintf(text, sizeof text, "libev/%d.%d", ev_version_major(), ev_version_minor());
    return text;
}
