/* Which libraries stand behind this room. */
#ifndef PEEL_HTTP_VERSION_H
#define PEEL_HTTP_VERSION_H

/* "zlib/1.2.13 brotli/1.0.9 zstd/1.5.4 http-parser/2.9.4": those in use, for -V. */
const char *http_library_versions(void);

#endif
