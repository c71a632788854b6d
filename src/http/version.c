/* The versions of the HTTP parser and of the decoders. */
#include "http/version.h"

#include <brotli/decode.h>
#include <http_parser.h>
#include <libpsl.h>
#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

const char *http_library_versions(void)
{
    static char text[128];
    unsigned long parser = http_parser_version();
    uint32_t brotli = BrotliDecoderVersion();
    snprintf(text, sizeof text, "zlib/%s brotli/%u.%u.%u zstd/%s http-parser/%lu.%lu.%lu libpsl/%s", zlibVersion(),
             brotli >> 24, brotli >> 12 & 0xfff, brotli & 0xfff, ZSTD_versionString(), parser >> 16, parser >> 8 & 0xff,
             parser & 0xff, psl_get_version());
    return text;
}
