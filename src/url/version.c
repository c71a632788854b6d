/* libidn2's version. */
#include "url/version.h"

#include <idn2.h>
#include <stdio.h>

const char *url_library_versions(void)
{
    static char text[48];
    snprintf(text, sizeof text, "libidn2/%s", idn2_check_version(NULL));
    return text;
}
