/* Which libraries stand behind this room. */
#ifndef PEEL_TRANSFER_VERSION_H
#define PEEL_TRANSFER_VERSION_H

/* "libev/4.33": the one in use, for -V. */
const char *transfer_library_versions(void);

#endif
