/* --tls-probe on stdout: for each URL a table under its name, with a row for each try as it ends; then the cause and
 * what to run. */
#ifndef PEEL_INSIGHT_PROBE_VIEW_H
#define PEEL_INSIGHT_PROBE_VIEW_H

#include "base/error.h"
#include "base/trace.h"

struct probe_view;

/* is_plain: without colours, on a terminal too. */
struct probe_view *probe_view_new(bool is_plain, struct trace *trace);
/* Takes NULL. False with err filled (23) when stdout did not take it all. */
bool probe_view_end(struct probe_view *view, struct error *err);

#endif
