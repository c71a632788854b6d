/* -v: what happens, told to a person line by line while it happens. Subscribes to the trace and prints on the console;
 * lines that scripts look for keep curl's form ("* SSL connection using", "* Server certificate:", "> ", "< ", ...).
 *
 * All that came from the peer is escaped. Of the request, what would let another act as the user is not shown: of
 * Authorization and Proxy-Authorization only the scheme ("> Authorization: Basic ****"), of Cookie only the names
 * ("> Cookie: session=****"); curl prints them whole. Response fields, Set-Cookie among them, are shown as they came.
 */
#ifndef PEEL_INSIGHT_VERBOSE_H
#define PEEL_INSIGHT_VERBOSE_H

#include "base/trace.h"
#include "insight/stamp.h"
#include "output/console.h"

struct verbose;

/* Subscribes at once. Both must outlive it; the trace must tell nothing after verbose_free. verbosity: how many -v;
 * from 2 on the inside of each TLS message is shown (message_view.h). */
struct verbose *verbose_new(struct console *console, unsigned verbosity, struct trace *trace);
/* The lines of one -v, plain, for another place than the console. */
struct verbose *verbose_new_to(void (*on_line)(void *ctx, uint64_t at_us, struct slice line), void *ctx,
                               struct trace *trace);
/* What each line on the console begins with. */
void verbose_set_stamp(struct verbose *verbose, const struct stamp *stamp);
/* Takes NULL. A line that is still held back is printed first. */
void verbose_free(struct verbose *verbose);

#endif
