/* --keylog and SSLKEYLOGFILE: the secrets of TLS connections, appended to a file line by line in NSS's format, for
 * Wireshark and the like. */
#ifndef PEEL_INSIGHT_KEYLOG_H
#define PEEL_INSIGHT_KEYLOG_H

#include "base/trace.h"
#include "output/console.h"

struct keylog;

/* Opens the file and subscribes. NULL with err filled (23) when it cannot be opened. Console and trace must outlive it.
 */
struct keylog *keylog_new(const char *path, struct console *console, struct trace *trace, struct error *err);
/* Takes NULL. False with err filled (23) when a line could not be written. */
bool keylog_end(struct keylog *keylog, struct error *err);

#endif
