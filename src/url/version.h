/* Which libraries stand behind this room. */
#ifndef PEEL_URL_VERSION_H
#define PEEL_URL_VERSION_H

/* "libidn2/2.3.3": the one in use, for -V. */
const char *url_library_versions(void);

#endif
